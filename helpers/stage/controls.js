// The controls of a stage. They call `hand.moved(name, position)` while they move, and
// `hand.released()` when they are let go; sliders then `hand.opened(name)`, changed or not.

const element = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
};

// JupyterLab asks the elements above the one that is typed in for this mark, Notebook 7 only the
// element itself: so every control has it, and keeps its letters from the notebook.
const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };

const makeSlider = (control, id, hand) => {
  const input = element("input", {
    type: "range", id, min: 0, max: control.texts.length - 1, step: 1, "data-name": control.name,
    ...OWN_KEYS,
  });
  // For the eye; a screen reader says the same text as the value of the slider.
  const readout = element("span", { class: "stage-readout", "aria-hidden": "true" });
  readout.style.minWidth = `${Math.max(...control.texts.map((t) => t.length)) + 1}ch`;
  const set = (position) => {
    input.value = position;
    input.setAttribute("aria-valuetext", control.texts[position]);
    readout.textContent = control.texts[position];
  };
  let letGo;
  input.addEventListener("input", () => {
    clearTimeout(letGo);
    hand.moved(control.name, Number(input.value));
  });
  input.addEventListener("change", hand.released);
  // A slider that is let go where it was taken up has not changed: no "change" follows.
  for (const event of ["pointerup", "pointercancel", "blur"]) {
    input.addEventListener(event, () => {
      clearTimeout(letGo);
      letGo = setTimeout(() => hand.opened(control.name), 50);
    });
  }
  const row = element("div", { class: "stage-row" },
    element("label", { for: id }, control.label), input, readout);
  return { row, set };
};

const makeChoice = (control, id, hand) => {
  const select = element("select", { id, ...OWN_KEYS });
  control.texts.forEach((text, i) => select.append(element("option", { value: i }, text)));
  select.addEventListener("change", () => {
    hand.moved(control.name, Number(select.value));
    hand.released();
  });
  const row = element("div", { class: "stage-row" },
    element("label", { for: id }, control.label), select);
  return { row, set: (position) => { select.value = position; } };
};

const makeButton = (control, hand) => {
  const button = element("button", { type: "button", ...OWN_KEYS }, control.label);
  button.addEventListener("click", () => {
    for (const [name, position] of Object.entries(control.sets)) hand.moved(name, position);
    hand.released();
  });
  return button;
};

// Plays one slider from end to end; one step a press where motion is not wanted.
const makePlay = (control, position, steps, hand) => {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const button = element("button", { type: "button", class: "stage-play", ...OWN_KEYS });
  let running = 0;
  const dress = () => {
    const [sign, text] = running ? ["❚❚", "Pause"]
      : still.matches ? ["", "Next step"] : ["▶\uFE0E", control.label];
    button.replaceChildren(element("span", { "aria-hidden": "true" }, `${sign} `), text);
  };
  const stop = () => {
    cancelAnimationFrame(running);
    running = 0;
    dress();
  };
  const play = () => {
    const first = position() < steps - 1 ? position() : 0;
    let begun;
    const tick = (now) => {
      begun ??= now;
      const share = (now - begun) / (1000 * control.seconds);
      const step = Math.min(steps - 1, first + Math.floor(share * (steps - 1)));
      if (step !== position()) hand.moved(control.slider, step, true);
      if (step < steps - 1 && button.isConnected) {
        running = requestAnimationFrame(tick);
      } else {
        stop();
        hand.released();
      }
    };
    running = requestAnimationFrame(tick);
    dress();
  };
  button.addEventListener("click", () => {
    if (running) {
      stop();
      hand.released();
    } else if (still.matches) {
      hand.moved(control.slider, (position() + 1) % steps);
      hand.released();
    } else {
      play();
    }
  });
  still.addEventListener("change", stop);
  dress();
  return { button, stop, isRunning: () => running !== 0 };
};
