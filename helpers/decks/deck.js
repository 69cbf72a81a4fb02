// What a deck does beside what reveal.js does: keys, replies to answers, light and dark.
(() => {
  const control = () => document.activeElement?.closest?.("input, select, textarea, [role=grid]");
  const pressed = () => document.activeElement?.closest?.("button, summary, a");
  const hint = document.querySelector(".deck-hint");

  // A slide is 16:9, and on a screen that is not so wide, higher.
  const height = () => {
    const fits = Math.round((1280 * innerHeight) / innerWidth);
    const chosen = Math.min(960, Math.max(720, fits));
    document.documentElement.style.setProperty("--height", `${chosen}px`);
    return chosen;
  };

  Reveal.initialize({
    width: 1280,
    height: height(),
    margin: 0,
    minScale: 0.1,
    maxScale: 4,
    center: false,
    hash: true,
    transition: "none",
    slideNumber: "c/t",
    plugins: [RevealNotes],
    // Right and left lead through all slides, up and down within a column.
    keyboard: { 39: "next", 37: "prev" },
    // Arrow keys are a control's as long as it has the focus; a button needs only these two.
    keyboardCondition: (event) =>
      !control() && !(pressed() && (event.key === " " || event.key === "Enter")),
  });

  // Before anything on the slide hears of it: a clicker works wherever the focus is, and Escape
  // takes the focus off a control.
  addEventListener("keydown", (event) => {
    const turn = { PageDown: "next", PageUp: "prev" }[event.key];
    if (turn) document.activeElement?.blur();
    else if (!(event.key === "Escape" && (control() || pressed()))) return;
    if (turn) Reveal[turn]();
    else document.activeElement.blur();
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  addEventListener("focusin", () => { hint.hidden = !control(); });
  addEventListener("focusout", () => { hint.hidden = true; });

  const turnDark = (dark) => {
    document.documentElement.classList.toggle("dark", dark);
    try { localStorage.setItem("deck-dark", dark); } catch { /* kept for this page only */ }
  };
  try {
    const kept = localStorage.getItem("deck-dark");
    if (kept) turnDark(kept === "true");
  } catch { /* as the file says */ }
  Reveal.addKeyBinding({ keyCode: 68, key: "D", description: "Dark or light" }, () => {
    turnDark(!document.documentElement.classList.contains("dark"));
  });

  // A question: each choice has its reply.
  for (const list of document.querySelectorAll(".options")) {
    const reply = list.parentElement.querySelector(".reply");
    list.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      for (const other of list.querySelectorAll("button")) {
        other.setAttribute("aria-pressed", other === button);
      }
      const right = button.dataset.right === "true";
      reply.innerHTML = `${right ? "✓ Right: " : "✗ "}${button.dataset.reply}`;
      reply.className = `reply ${right ? "right" : "wrong"}`;
      fit(list.closest("section"));
    });
  }

  // Fonts differ from machine to machine: where a slide is too full, its letters become smaller
  // (or the explorer on it), and where little is said, larger.
  const fits = (section) => section.scrollHeight <= section.clientHeight
    && section.scrollWidth <= section.clientWidth
    && [...section.querySelectorAll(".formula")].every((f) => f.scrollWidth <= f.clientWidth + 1);
  const fit = (section) => {
    const body = section.querySelector(".body");
    const words = section.querySelector(".words");
    const main = section.querySelector(".main > *");
    const room = section.clientHeight - body.offsetTop - 40;
    const widest = main && (main.dataset.widest ??= parseInt(main.parentElement.style.flexBasis));
    const shrink = () => {
      for (let width = widest; width >= 480; width -= 10) {
        main.parentElement.style.flexBasis = `${width}px`;
        if (main.offsetHeight <= room) return true;
      }
      return false;
    };
    if (main) {
      main.classList.remove("sideways");
      if (!shrink()) {
        // A picture as high as wide, with many controls: these stand beside it.
        main.classList.add("sideways");
        shrink();
      }
    }
    const plain = section.matches(".plain") && !section.querySelector("h1");
    const largest = plain ? (section.querySelector(".options") ? 108 : 128) : 100;
    for (let size = largest; size >= 64; size -= 4) {
      body.style.fontSize = `${size}%`;
      const narrow = words && words.scrollWidth <= words.clientWidth + 1;
      if (words ? words.offsetHeight <= room && narrow : fits(section)) break;
    }
  };
  const fitAll = () => {
    const slide = Reveal.getCurrentSlide();
    if (slide) fit(slide);
  };
  Reveal.on("ready", fitAll);
  Reveal.on("slidechanged", fitAll);
  addEventListener("resize", () => {
    if (!Reveal.isReady()) return;
    Reveal.configure({ height: height() });
    fitAll();
  });
})();
