// The page's side of one stage: its picture, its sentence and its controls.

// A picture that is not there yet after so many milliseconds is marked as old.
const MARKED = 200;

const SCROLLS = { tabindex: "0", role: "group", "aria-label": "Picture, wider than the page" };

// The page's side of one stage. `source` has spec, at(), the positions that the kernel knows,
// tell(at), which makes them known and may bring another record, and if that can take long,
// late(milliseconds), a sentence on why it is not there after this time.
const mount = (root, source) => {
  const { name, alt, size, controls } = source.spec;
  // Jupyter loads this script anew for each explorer, so counting would give the same names twice.
  const serial = Math.random().toString(36).slice(2);
  const canvas = element("canvas", { role: "img", "aria-label": `${name}. ${alt}` });
  const view = element("div", { class: "stage-view" }, canvas);
  const said = element("output", { class: "stage-says", "aria-live": "polite" });
  const longest = element("span", { class: "stage-longest", "aria-hidden": "true" });
  const panel = element("div", { class: "stage-controls" });
  // Lies on the picture, so that the page does not grow with it.
  const note = element("div", { class: "stage-note", role: "status", hidden: "" });
  const picture = element("div", { class: "stage-picture" }, view, note);
  const figure = element("div", {
    class: "stage", role: "group", "aria-label": name,
    ...OWN_KEYS,
  }, picture,
  element("div", { class: "stage-line" }, longest, said), panel);
  for (const event of ["keydown", "keyup", "keypress"]) {
    figure.addEventListener(event, (e) => e.stopPropagation());
  }

  let at = { ...source.at() };
  let film;
  let held; // the control that is being moved at present
  let shown; // the positions that picture and sentence belong to
  let last; // what was drawn for them
  let layout; // how the film is laid out in the room that there is
  let sheets; // what stands still in the film that was drawn last, for this size of the canvas
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

  const repaint = (shownFilm, frame) => {
    const scale = canvas.width / (layout.width * shownFilm.units);
    if (sheets?.film !== shownFilm || sheets.scale !== scale) {
      sheets = { film: shownFilm, scale, layers: paintSheets(shownFilm, scale) };
    }
    drawFrame(canvas, shownFilm, layout, sheets.layers, frame);
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
    repaint(...last);
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
    opened(key) {
      // It comes late: the hand may have another slider by now.
      if (held !== key || plays.some((play) => play.isRunning())) return;
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
  const mostTimes = () => Number(getComputedStyle(figure).getPropertyValue("--stage-most"));
  // The picture has its place before the first record is unpacked: the page does not jump.
  const reserve = ({ width, height, shown }, room) => {
    const most = mostTimes();
    canvas.style.maxWidth = `${(most || 1) * width}px`;
    canvas.style.minWidth = shown > room ? `${shown}px` : "";
    canvas.style.aspectRatio = `${width} / ${height}`;
    figure.style.maxWidth = `${(most || 1) * (film ? film.width : width)}px`;
  };
  root.append(figure);
  reserve({ width: size[0], height: size[1] });

  const fit = () => {
    if (!film) return;
    const room = picture.clientWidth || film.width;
    const before = layout;
    layout = layOut(film, room, mostTimes());
    reserve(layout, room);
    // Whoever has no pointer scrolls by keys.
    const scrolls = layout.shown > room + 1;
    for (const [key, value] of Object.entries(SCROLLS)) {
      if (scrolls) view.setAttribute(key, value);
      else view.removeAttribute(key);
    }
    // Slides are scaled as a whole, which the sizes of elements do not tell of: they are whole
    // numbers of pixels before it.
    const { width } = picture.getBoundingClientRect();
    const scale = Math.abs(width - picture.offsetWidth) < 1 ? 1 : width / picture.offsetWidth;
    const pixels = Math.round(layout.shown * scale * devicePixelRatio);
    const changed = before?.panels.length !== layout.panels.length;
    if (canvas.width !== pixels || changed) {
      canvas.width = pixels;
      canvas.height = Math.round((pixels * layout.height) / layout.width);
      if (last?.[0] === film) repaint(...last); // a canvas of a new size is empty
    }
    show();
  };
  const watcher = new ResizeObserver(fit);
  watcher.observe(picture);
  addEventListener("resize", fit); // the window's, which scales a deck
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
      removeEventListener("resize", fit);
      screen.removeEventListener("change", watchScreen);
      figure.remove();
    },
  };
};
