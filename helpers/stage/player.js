// Replays the record of a stage on a canvas, and gives it its controls.
// It knows positions of sliders, pictures and sentences; all meaning was recorded in Python.

const unpack = async (bytes) => {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
};
const fromBase64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

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

const picture = (url) => createImageBitmap(
  new Blob([fromBase64(url.slice(url.indexOf(",") + 1))], { type: "image/png" }),
);

// A record, with its images decoded (once each, or taken over) and its outlines ready to draw.
const prepare = async (record, known = new Map()) => {
  const urls = [...record.layers.filter((l) => l.image).map((l) => l.image), ...record.images];
  const bitmaps = new Map(await Promise.all(
    [...new Set(urls)].map(async (url) => [url, known.get(url) ?? (await picture(url))]),
  ));
  const outlines = new Map();
  const outline = (data) => {
    if (!outlines.has(data)) outlines.set(data, new Path2D(data));
    return outlines.get(data);
  };
  return { ...record, bitmaps, outline };
};

// Canvas

const drawOperation = (context, film, operation) => {
  const [kind, number, what, ...rest] = operation;
  const style = film.styles[number];
  context.save();
  if (style.outline !== null) context.clip(film.outline(film.shapes[style.outline]));
  if (style.clip) {
    context.beginPath();
    context.rect(...style.clip);
    context.clip();
  }
  if (kind === "i") {
    context.drawImage(film.bitmaps.get(film.images[what]), ...rest);
    context.restore();
    return;
  }
  if (style.stroke) {
    context.strokeStyle = style.stroke;
    context.lineWidth = style.width;
    context.lineCap = style.cap;
    context.lineJoin = style.join;
    context.miterLimit = 4; // as in Matplotlib
    context.setLineDash(style.dash ?? []);
    context.lineDashOffset = style.offset;
  }
  if (style.fill) context.fillStyle = style.fill;
  const ink = (path) => {
    if (style.fill) context.fill(path);
    if (style.stroke) context.stroke(path);
  };
  if (kind === "p") {
    ink(film.outline(what));
  } else {
    let [x, y] = [0, 0];
    const stamp = (shape, left, top) => {
      context.translate(left - x, top - y);
      [x, y] = [left, top];
      ink(film.outline(film.shapes[shape]));
    };
    if (kind === "s") {
      for (let i = 3; i < operation.length; i += 2) stamp(what, operation[i], operation[i + 1]);
    } else {
      for (let i = 2; i < operation.length; i += 3) {
        stamp(operation[i], operation[i + 1], operation[i + 2]);
      }
    }
  }
  context.restore();
};

const drawFrame = (canvas, film, frame) => {
  const context = canvas.getContext("2d");
  const scale = canvas.width / (film.width * film.units);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  for (const layer of film.layers) {
    if (layer.image) {
      context.drawImage(film.bitmaps.get(layer.image), ...layer.box);
    } else {
      for (const operation of film.cels[frame[1 + layer.track]]) {
        drawOperation(context, film, operation);
      }
    }
  }
};

// Controls. They call `hand.moved(name, position)` while they move, and `hand.released()` when
// they are let go.

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
  input.addEventListener("input", () => hand.moved(control.name, Number(input.value)));
  input.addEventListener("change", hand.released);
  // A slider that is let go where it was taken up has not changed: no "change" follows.
  for (const event of ["pointerup", "pointercancel", "blur"]) {
    input.addEventListener(event, () => setTimeout(hand.opened, 50));
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

// A picture that is not there yet after so many milliseconds is marked as old.
const MARKED = 200;

// The page's side of one stage. `source` has spec, at(), the positions that the kernel knows,
// tell(at), which makes them known and may bring another record, and if that can take long,
// late(milliseconds), a sentence on why it is not there after this time.
const mount = (root, source) => {
  const { name, alt, size, controls } = source.spec;
  // Jupyter loads this script anew for each explorer, so counting would give the same names twice.
  const serial = Math.random().toString(36).slice(2);
  const canvas = element("canvas", { role: "img", "aria-label": `${name}. ${alt}` });
  const said = element("output", { class: "stage-says", "aria-live": "polite" });
  const longest = element("span", { class: "stage-longest", "aria-hidden": "true" });
  const panel = element("div", { class: "stage-controls" });
  // Lies on the picture, so that the page does not grow with it.
  const note = element("div", { class: "stage-note", role: "status", hidden: "" });
  const figure = element("div", {
    class: "stage", role: "group", "aria-label": name,
    ...OWN_KEYS,
  }, element("div", { class: "stage-picture" }, canvas, note),
  element("div", { class: "stage-line" }, longest, said), panel);
  for (const event of ["keydown", "keyup", "keypress"]) {
    figure.addEventListener(event, (e) => e.stopPropagation());
  }

  let at = { ...source.at() };
  let film;
  let held; // the control that is being moved at present
  let shown; // the positions that picture and sentence belong to
  let last; // what was drawn for them
  let asked; // when the kernel was last told of positions
  let timer;
  const setters = {};
  const plays = [];
  const sliders = controls.filter((c) => c.kind === "slider");
  const choices = controls.filter((c) => c.kind === "choice");

  // Says which values an old picture belongs to, and after a while why there is no newer one.
  const remark = () => {
    const old = controls.filter((c) => c.name && shown && shown[c.name] !== at[c.name])
      .map((c) => `${c.label}: ${c.texts[shown[c.name]]}`);
    const text = [
      old.length ? `Picture and sentence are still those for ${old.join(", ")}.` : "",
      held === undefined && asked ? source.late?.(performance.now() - asked) : "",
    ].filter(Boolean).join(" ");
    if (note.textContent !== text) note.textContent = text;
    note.hidden = !text;
  };
  const wait = () => {
    if (!note.hidden) remark();
    if (timer) return;
    figure.classList.add("stage-waiting");
    const look = () => {
      remark();
      timer = setTimeout(look, 500);
    };
    timer = setTimeout(look, MARKED);
  };
  const arrive = () => {
    clearTimeout(timer);
    timer = undefined;
    note.hidden = true;
    figure.classList.remove("stage-waiting");
  };

  // Draws the present values, or if the record does not hold them, waits for one that does.
  const show = () => {
    const fits = film && choices.every((c, i) => film.chosen[i] === at[c.name]);
    const frame = fits ? film.frames[sliders.map((c) => at[c.name]).join(",")] : undefined;
    if (!frame) {
      wait();
      return;
    }
    if (timer) arrive();
    shown = at;
    last = [film, frame];
    drawFrame(canvas, ...last);
    if (said.textContent !== film.says[frame[0]]) said.textContent = film.says[frame[0]];
  };
  const move = (next) => {
    at = { ...next };
    for (const [key, set] of Object.entries(setters)) set(at[key]);
    show();
  };
  const hand = {
    moved(key, position, playing = false) {
      if (!playing) plays.forEach((play) => play.stop());
      held = key;
      // While it moves, a screen reader says the values; it reads the sentence at the end.
      said.setAttribute("aria-busy", "true");
      move({ ...at, [key]: position });
    },
    released() {
      held = undefined;
      said.setAttribute("aria-busy", "false");
      asked = performance.now();
      source.tell({ ...at });
    },
    opened() {
      if (held === undefined || plays.some((play) => play.isRunning())) return;
      held = undefined;
      said.setAttribute("aria-busy", "false");
      move(source.at());
    },
  };

  const buttons = element("div", { class: "stage-row stage-buttons" });
  controls.forEach((control, i) => {
    const id = `stage-${serial}-${i}`;
    if (control.kind === "slider" || control.kind === "choice") {
      const make = control.kind === "slider" ? makeSlider : makeChoice;
      const made = make(control, id, hand);
      setters[control.name] = made.set;
      panel.append(made.row);
    } else if (control.kind === "button") {
      buttons.append(makeButton(control, hand));
    } else {
      const steps = sliders.find((c) => c.name === control.slider).texts.length;
      const play = makePlay(control, () => at[control.slider], steps, hand);
      plays.push(play);
      buttons.append(play.button);
    }
  });
  if (buttons.childElementCount) panel.append(buttons);
  // The picture has its place before the first record is unpacked: the page does not jump.
  const reserve = (width, height) => {
    canvas.style.maxWidth = `${width}px`;
    canvas.style.aspectRatio = `${width} / ${height}`;
    figure.style.maxWidth = `${width}px`;
  };
  reserve(...size);
  root.append(figure);

  const fit = () => {
    if (!film) return;
    reserve(film.width, film.height);
    const width = Math.min(film.width, root.clientWidth || film.width);
    const pixels = Math.round(width * devicePixelRatio);
    if (canvas.width !== pixels) {
      canvas.width = pixels;
      canvas.height = Math.round((pixels * film.height) / film.width);
      if (last) drawFrame(canvas, ...last); // a canvas of a new size is empty
    }
    show();
  };
  const watcher = new ResizeObserver(fit);
  watcher.observe(root);
  // Another screen, or another zoom: the same size on the page, but other pixels.
  let screen;
  const watchScreen = () => {
    screen?.removeEventListener("change", watchScreen);
    screen = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    screen.addEventListener("change", watchScreen);
    fit();
  };
  watchScreen();

  move(at);
  return {
    // A new record: the picture follows, and the line keeps room for its longest sentence.
    load(next) {
      film = next;
      if (film.longest.length > longest.textContent.length) longest.textContent = film.longest;
      fit();
    },
    // Values from outside, e.g. set in Python; they do not take a control out of a hand.
    move: (next) => move(held === undefined ? next : { ...next, [held]: at[held] }),
    remove() {
      plays.forEach((play) => play.stop());
      clearTimeout(timer);
      watcher.disconnect();
      screen.removeEventListener("change", watchScreen);
      figure.remove();
    },
  };
};

// In Jupyter: records come from the kernel, which hears of values when a control is let go.
const render = ({ model, el }) => {
  let film;
  let loading = 0;
  const stage = mount(el, {
    spec: model.get("_spec"),
    late: lateness(model, "The picture follows when it is done."),
    at: () => model.get("_at"),
    tell: (at) => {
      model.set("_at", at);
      model.save_changes();
    },
  });
  const load = async () => {
    loading += 1;
    const mine = loading;
    const next = await prepare(await unpack(model.get("_record")), film?.bitmaps);
    if (mine !== loading) return; // a newer record came meanwhile
    film = next;
    stage.load(film);
  };
  const move = () => stage.move(model.get("_at"));
  model.on("change:_record", load);
  model.on("change:_at", move);
  load();
  return () => {
    model.off("change:_record", load);
    model.off("change:_at", move);
    stage.remove();
  };
};

// In a page of its own: all records are in the page.
const playFragment = (root) => {
  const data = JSON.parse(root.querySelector("script[type='application/json']").textContent);
  const choices = data.spec.controls.filter((c) => c.kind === "choice");
  const films = {};
  let wanted;
  let { at } = data;
  let stage;
  const load = async () => {
    const key = choices.map((c) => at[c.name]).join(",");
    if (key === wanted) return;
    wanted = key;
    films[key] ??= unpack(fromBase64(data.records[key])).then((record) => prepare(record));
    const film = await films[key];
    if (key === wanted) stage.load(film); // else another was chosen meanwhile
  };
  const tell = (next) => {
    at = next;
    load();
  };
  root.querySelector(".stage-place")?.remove();
  stage = mount(root, { spec: data.spec, at: () => at, tell });
  load();
};

// A browser that cannot unpack a record (from before 2023) shows what one without scripts shows.
const showStill = (root) => {
  const still = root.querySelector("noscript");
  root.querySelector(".stage-place")?.remove();
  if (still) still.outerHTML = still.textContent;
};

// Plays the fragments in a part of a page that do not play yet.
const play = (part) => {
  for (const root of part.querySelectorAll(".stage-fragment:not([data-playing])")) {
    root.dataset.playing = "true";
    if ("DecompressionStream" in globalThis) playFragment(root);
    else showStill(root);
  }
};

const start = (page) => {
  globalThis.stagePlayer = { play };
  play(page);
};

export default { render };
