// Paper of cells to draw a digit on, by pointer or keys, with the scores that a classifier gives it
// and marks for the gradient of one of them. Stands behind scores.js and ink.js.

const BY_KEY = 4; // ink that a key adds or takes away
const UNDOS = 200;

const make = (tag, attributes = {}, ...children) => {
  const node = tag === "svg" || tag === "path"
    ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};
// JupyterLab asks the elements above the one that has the focus for this mark, Notebook 7 only the
// element itself.
const QUIET = { "data-lm-suppress-shortcuts": "true" };

// The page's side of one pad. `source` has spec, start, {ink, digit}, and tell(state), which hears
// of a new state when the hand rests.
const mountPad = (root, source) => {
  const { name, task, side, classes, examples, labels, rates, rate, loudest } = source.spec;
  const net = classifier(source.spec.net);
  const count = side * side;
  const serial = Math.random().toString(36).slice(2);
  let ink = Float64Array.from(source.start.ink);
  let { digit } = source.start;
  let seen; // logs and gradient of what is drawn
  let drawing = 0;
  let cursor = 0;
  let example = -1;
  const past = [];

  // Paper

  const cells = Array.from({ length: count }, () => make("div", {
    role: "gridcell", tabindex: -1, class: "pad-cell", ...QUIET,
  }));
  const marks = cells.map((_, i) => make("path", {
    transform: `translate(${10 * (i % side) + 5} ${10 * Math.floor(i / side) + 5})`,
  }));
  const size = 10 * side;
  const overlay = make("svg", { viewBox: `0 0 ${size} ${size}`, "aria-hidden": "true" }, ...marks);
  const paper = make("div", {
    class: "pad-paper", role: "grid", "data-prevent-swipe": "", ...QUIET,
    "aria-label": `Paper of ${side} by ${side} cells. Arrow keys move; plus and minus change the `
      + "ink; space fills a cell or empties it; U undoes; Escape leaves the paper.",
  });
  paper.style.setProperty("--side", side);
  for (let row = 0; row < side; row += 1) {
    paper.append(make("div", { role: "row" }, ...cells.slice(row * side, (row + 1) * side)));
  }
  paper.append(overlay);
  const largest = make("span", { class: "pad-largest" });
  const up = make("span", { class: "pad-up", "aria-hidden": "true" }, "▲");
  const down = make("span", { class: "pad-down", "aria-hidden": "true" }, "▼");
  const key = make("p", { class: "pad-key" }, up, " more ink here, ", down,
    " less; hollow: at its end. ", largest);

  // Scores

  const scores = make("fieldset", { class: "pad-scores" },
    make("legend", {}, "Scores (softmax). Marks are for the score of:"));
  const rows = Array.from({ length: classes }, (_, k) => {
    const id = `pad-${serial}-${k}`;
    const radio = make("input", { type: "radio", name: `pad-${serial}`, id, value: k, ...QUIET });
    const bar = make("span", { class: "pad-bar" });
    const value = make("span", { class: "pad-value" });
    const row = make("label", { class: "pad-score", for: id }, radio,
      make("span", { class: "pad-name" }, k), make("span", { class: "pad-rail" }, bar), value);
    radio.addEventListener("change", () => {
      digit = k;
      say(`The marks show what makes it more like ${an(k)}.`);
      rest();
    });
    scores.append(row);
    return { row, radio, bar, value };
  });

  // Lines of text, with room for the longest, and controls

  const longest = make("span", { class: "stage-longest", "aria-hidden": "true" },
    "Blank paper. Most like an 8: under 0.01, then an 8: under 0.01. "
    + "Log-probability of an 8: \u2212888.88.");
  const says = make("output", { class: "stage-says", "aria-live": "polite" });
  const told = make("div", { class: "pad-told", role: "status" });
  const say = (text) => { told.textContent = text; };

  const button = (label, act) => {
    const node = make("button", { type: "button", ...QUIET }, label);
    node.addEventListener("click", act);
    return node;
  };
  const range = make("input", {
    type: "range", id: `pad-${serial}-rate`, min: 0, max: rates.length - 1, step: 1, ...QUIET,
  });
  range.value = rates.indexOf(rate);
  const readout = make("span", { class: "stage-readout", "aria-hidden": "true" });
  const readRate = () => {
    readout.textContent = `${rates[range.value]}`;
    range.setAttribute("aria-valuetext", `${rates[range.value]}`);
  };
  range.addEventListener("input", readRate);
  readRate();

  const put = (next, what) => {
    remember();
    ink = Float64Array.from(next, (value) => Math.min(FULL, Math.max(0, value)));
    rest();
    say(what());
  };
  const remember = () => {
    past.push(ink);
    if (past.length > UNDOS) past.shift();
  };
  const undo = () => {
    if (past.length) {
      ink = past.pop();
      rest();
      say("Undone.");
    } else {
      say("There is nothing to undo.");
    }
  };
  const climb = () => {
    look();
    const eta = rates[range.value];
    const [before, { gradient }] = [seen.logs[digit], seen];
    put(ink.map((value, i) => value + eta * gradient[i]), () => "A step uphill: the log-probability "
      + `of ${an(digit)} went from ${number(before, 2)} to ${number(seen.logs[digit], 2)}.`);
  };
  const load = () => {
    example = (example + 1) % examples.length;
    put(examples[example], () => `Example ${example + 1} of ${examples.length}`
      + `${labels ? `, meant as ${an(labels[example])}` : ""}.`);
  };
  const toggle = (label, pressed, act) => {
    const node = button(label, () => {
      node.setAttribute("aria-pressed", !isPressed(node));
      act(isPressed(node));
    });
    node.setAttribute("aria-pressed", pressed);
    return node;
  };
  const isPressed = (node) => node.getAttribute("aria-pressed") === "true";
  const eraser = toggle("Erase", false, (on) => {
    say(on ? "The pointer erases." : "The pointer draws.");
  });
  const marker = toggle("Marks", true, (on) => {
    overlay.classList.toggle("pad-hidden", !on);
    say(on ? "The marks are shown." : "The marks are hidden.");
  });
  const buttons = make("div", { class: "stage-row stage-buttons" },
    button("A step uphill", climb),
    ...(examples.length ? [button("Load an example", load)] : []), button("Undo", undo),
    button("Clear", () => put(new Float64Array(count), () => "Cleared.")), eraser, marker);
  const slider = make("div", { class: "stage-row" },
    make("label", { for: range.id }, "step size η"), range, readout);

  const figure = make("div", { class: "stage pad", role: "group", "aria-label": name, ...QUIET },
    make("p", { class: "pad-task" }, task),
    make("div", { class: "pad-desk" }, make("div", {}, paper, key), scores),
    make("div", { class: "stage-line" }, longest, says), told,
    make("div", { class: "stage-controls" }, slider, buttons));
  for (const event of ["keydown", "keyup", "keypress"]) {
    figure.addEventListener(event, (e) => e.stopPropagation());
  }

  // From ink to picture, at most once for each picture of the screen

  const look = () => {
    if (seen?.ink === ink && seen.digit === digit) return;
    const pass = forward(net, ink);
    seen = { ink, digit, logs: pass.logs, gradient: backward(net, pass, digit) };
  };
  const markOf = (slope, value, full) => {
    const r = 3.9 * Math.sqrt(Math.abs(slope) / full);
    if (!(r > 0.6)) return ["", ""];
    const stuck = slope > 0 ? value >= FULL : value <= 0;
    const [tip, foot] = slope > 0 ? [-r, 0.8 * r] : [r, -0.8 * r];
    return [`M0 ${tip}L${0.9 * r} ${foot}L${-0.9 * r} ${foot}Z`,
      `pad-${slope > 0 ? "more" : "less"}${stuck ? " pad-stuck" : ""}`];
  };
  const draw = () => {
    drawing = 0;
    look();
    const { logs, gradient } = seen;
    const steepest = gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
    const full = Math.max(steepest, loudest / 10) || 1;
    cells.forEach((cell, i) => {
      const gray = Math.round(255 * (1 - ink[i] / FULL));
      cell.style.backgroundColor = `rgb(${gray}, ${gray}, ${gray})`;
      const [shape, kind] = markOf(gradient[i], ink[i], full);
      marks[i].setAttribute("d", shape);
      marks[i].setAttribute("class", kind);
      cell.setAttribute("aria-label", cellText(i));
    });
    largest.textContent = `Largest slope: ${steepest.toFixed(3)} a unit of ink.`;
    const winner = logs.indexOf(Math.max(...logs));
    rows.forEach(({ row, radio, bar, value }, k) => {
      const p = Math.exp(logs[k]);
      bar.style.width = `${100 * p}%`;
      value.textContent = p > 0.995 ? "> 0.99" : p < 0.005 ? "< 0.01" : p.toFixed(2);
      row.classList.toggle("pad-winner", k === winner);
      radio.checked = k === digit;
    });
    const text = sentence(ink, logs, digit);
    if (says.textContent !== text) says.textContent = text;
  };
  const change = () => { drawing ||= requestAnimationFrame(draw); };
  const rest = () => {
    says.setAttribute("aria-busy", "false");
    look();
    change();
    source.tell({ ink: [...ink], digit });
  };
  const cellText = (i) => `row ${Math.floor(i / side) + 1}, column ${(i % side) + 1}: `
    + `ink ${inkText(ink[i])}, slope ${signed(seen.gradient[i], 3)}`;

  // Pointer

  let stroke;
  const touch = (event) => {
    const box = paper.getBoundingClientRect();
    const covered = stroke.cover((event.clientX - box.left) * (side / box.width),
      (event.clientY - box.top) * (side / box.height));
    ink = stroke.under.map((value, i) => (stroke.erases
      ? Math.max(0, value - covered[i]) : Math.max(value, covered[i])));
    change();
  };
  paper.addEventListener("pointerdown", (event) => {
    if (stroke || event.button !== 0) return;
    remember();
    say("");
    says.setAttribute("aria-busy", "true");
    paper.setPointerCapture(event.pointerId);
    stroke = {
      id: event.pointerId, cover: strokes(side), under: ink, erases: isPressed(eraser) || event.shiftKey,
    };
    touch(event);
  });
  paper.addEventListener("pointermove", (event) => {
    if (event.pointerId !== stroke?.id) return;
    for (const one of event.getCoalescedEvents?.() ?? []) touch(one);
    touch(event);
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    paper.addEventListener(end, (event) => {
      if (event.pointerId !== stroke?.id) return;
      stroke = undefined;
      rest();
    });
  }

  // Keys

  const go = (place, focus = true) => {
    cells[cursor].tabIndex = -1;
    cursor = place;
    cells[cursor].tabIndex = 0;
    if (focus) cells[cursor].focus({ preventScroll: false });
  };
  paper.addEventListener("focusin", ({ target }) => go(cells.indexOf(target), false));
  const [row, column] = [() => Math.floor(cursor / side), () => cursor % side];
  const moves = {
    ArrowUp: () => cursor - (row() > 0 ? side : 0),
    ArrowDown: () => cursor + (row() < side - 1 ? side : 0),
    ArrowLeft: () => cursor - (column() > 0 ? 1 : 0),
    ArrowRight: () => cursor + (column() < side - 1 ? 1 : 0),
    Home: (far) => (far ? 0 : cursor - column()),
    End: (far) => (far ? count - 1 : cursor - column() + side - 1),
  };
  const changes = {
    "+": (value) => value + BY_KEY,
    "-": (value) => value - BY_KEY,
    " ": (value) => (value < FULL ? FULL : 0),
    Delete: () => 0,
  };
  const same = { "=": "+", PageUp: "+", PageDown: "-", _: "-", Enter: " ", Backspace: "Delete" };
  paper.addEventListener("keydown", (event) => {
    const pressed = same[event.key] ?? event.key;
    const far = event.ctrlKey || event.metaKey;
    if (pressed.toLowerCase() === "u" || (far && pressed === "z")) {
      undo();
    } else if (pressed === "Escape") {
      range.focus();
      say("You left the paper.");
    } else if (moves[pressed]) {
      go(moves[pressed](far));
      say(cellText(cursor));
    } else if (changes[pressed] && !far) {
      const next = Float64Array.from(ink);
      next[cursor] = changes[pressed](next[cursor]);
      put(next, () => cellText(cursor));
    } else {
      return;
    }
    event.preventDefault();
  });

  go(0, false);
  draw();
  root.append(figure);
  return {
    // A state from outside, e.g. set in Python.
    show(next) {
      if (stroke || (next.digit === digit && next.ink.every((value, i) => value === ink[i]))) return;
      remember();
      ink = Float64Array.from(next.ink);
      digit = next.digit;
      change();
    },
    remove() {
      cancelAnimationFrame(drawing);
      figure.remove();
    },
  };
};

// In Jupyter: the kernel hears of ink and digit when the hand rests, and need not answer.
const render = ({ model, el }) => {
  const pad = mountPad(el, {
    spec: model.get("_spec"),
    start: model.get("_at"),
    tell: (at) => {
      model.set("_at", at);
      model.save_changes();
    },
  });
  const show = () => pad.show(model.get("_at"));
  model.on("change:_at", show);
  return () => {
    model.off("change:_at", show);
    pad.remove();
  };
};

// In a page of its own.
const playPads = (page) => {
  for (const root of page.querySelectorAll(".pad-fragment:not([data-playing])")) {
    root.dataset.playing = "true";
    const { spec, start } = JSON.parse(root.querySelector("script").textContent);
    mountPad(root, { spec, start, tell: () => {} });
  }
};

export default { render };
