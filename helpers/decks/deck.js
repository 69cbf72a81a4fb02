// What a deck does beside what reveal.js does: keys, replies to answers, light and dark.
(() => {
  // Letters of words beside an explorer, in percent: its picture is made larger down to the one,
  // and where it has no room otherwise, down to the other.
  const [WELL_READ, SMALLEST] = [76, 64];
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

  // Where the parts of an explorer and the words about it stand: the words to the right of all,
  // everything to the right of the picture or below it, the controls to its right and the words
  // below it, or below all.
  const FORMS = ["words-right", "all-right", "all-under", "words-under", "words-last"];

  // The arrangement in which the picture of an explorer is largest. It depends on how many controls
  // there are, and how much is said, so all are tried.
  const arrange = (body, fitting) => {
    const canvas = body.querySelector(".main canvas");
    const most = Math.min(body.clientWidth, parseFloat(canvas.style.maxWidth));
    const take = ({ form, width }) => {
      body.className = `body arranged ${form}`;
      body.style.setProperty("--picture", `${width}px`);
    };
    const widest = (form) => {
      let [width, above] = [0, most + 1];
      while (above - width > 4) {
        const middle = (width + above) / 2;
        take({ form, width: middle });
        if (fitting()) width = middle;
        else above = middle;
      }
      return Math.floor(width);
    };
    let best = { form: FORMS[0], width: 0 };
    for (const size of [WELL_READ, SMALLEST]) {
      body.style.fontSize = `${size}%`;
      for (const form of best.width ? [] : FORMS) {
        const width = widest(form);
        // For a little more, the words do not go elsewhere.
        if (width > 1.04 * best.width) best = { form, width };
      }
    }
    take(best);
  };

  // Fonts differ from machine to machine: where a slide is too full, its letters become smaller
  // (or its picture), and where little is said, larger.
  const fits = (section) => section.scrollHeight <= section.clientHeight
    && section.scrollWidth <= section.clientWidth
    && [...section.querySelectorAll(".formula")].every((f) => f.scrollWidth <= f.clientWidth + 1);
  const fit = (section) => {
    const body = section.querySelector(".body");
    const words = section.querySelector(".words");
    const main = section.querySelector(".main > *");
    const room = section.clientHeight - body.offsetTop - 40;
    const narrow = () => !words || words.scrollWidth <= words.clientWidth + 1;
    if (section.querySelector(".main .stage-picture")) arrange(body, () => body.offsetHeight <= room
      && body.scrollWidth <= body.clientWidth && narrow());
    else if (main) {
      const widest = main.dataset.widest ??= parseInt(main.parentElement.style.flexBasis);
      for (let width = widest; width >= 480; width -= 10) {
        main.parentElement.style.flexBasis = `${width}px`;
        if (main.offsetHeight <= room) break;
      }
    }
    const plain = section.matches(".plain") && !section.querySelector("h1");
    const largest = plain ? (section.querySelector(".options") ? 108 : 128) : 100;
    for (let size = largest; size >= SMALLEST; size -= 4) {
      body.style.fontSize = `${size}%`;
      const high = (words && !body.matches(".arranged") ? words : body).offsetHeight;
      if (words ? high <= room && narrow() : fits(section)) break;
    }
  };
  const fitAll = () => {
    const slide = Reveal.getCurrentSlide();
    if (slide) fit(slide);
  };
  Reveal.on("ready", fitAll);
  Reveal.on("slidechanged", fitAll);
  // An explorer that comes later, or whose sentences become longer with another choice.
  const grown = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const slide = target.closest("section");
      const picture = target.querySelector(".main .stage-picture");
      if (slide !== Reveal.getCurrentSlide() || !picture) continue;
      const full = target.offsetTop + target.offsetHeight > slide.clientHeight - 40;
      if (full || !target.matches(".arranged")) fit(slide);
    }
  });
  for (const body of document.querySelectorAll(".beside .body")) grown.observe(body);
  addEventListener("resize", () => {
    if (!Reveal.isReady()) return;
    Reveal.configure({ height: height() });
    fitAll();
  });
})();
