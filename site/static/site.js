// What the pages of the course add to the theme: little, as they work without.

if (location.protocol === "file:") document.documentElement.classList.add("from-file");

// On paper nothing is folded, and the ground is white.
const folded = [];
let theme;
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("article details:not([open])")) {
    details.open = true;
    folded.push(details);
  }
  theme = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
});
addEventListener("afterprint", () => {
  for (const details of folded.splice(0)) details.open = false;
  document.documentElement.dataset.theme = theme;
});
