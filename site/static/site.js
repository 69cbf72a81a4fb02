// What the pages of the course add to the theme: little, as they work without.

if (location.protocol === "file:") document.documentElement.classList.add("from-file");

// Formulas that are wider than the page scroll, by the keyboard too.
const reach = (formulas) => {
  for (const { target } of formulas)
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
};
const watch = () => {
  const wide = new ResizeObserver(reach);
  for (const formula of document.querySelectorAll('mjx-container[display="true"]'))
    wide.observe(formula);
};
addEventListener("DOMContentLoaded", () => globalThis.MathJax?.startup?.promise.then(watch));

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
