// Stages in a page without a kernel: all records are in the page.

// The film of one combination of choices, with its frames by the positions of the sliders. Where the
// frames are written, each number is the step from the one before.
const filmOf = (record, chosen, counts) => {
  const film = record.films[chosen.join(",")];
  const columns = film.columns.map((steps) => {
    let sum = 0;
    return steps.map((step) => (sum += step));
  });
  const frames = {};
  const position = counts.map(() => 0);
  for (let i = 0; i < columns[0].length; i += 1) {
    frames[position.join(",")] = columns.map((column) => column[i]);
    // The last slider goes round first.
    let axis = counts.length - 1;
    while (axis >= 0 && (position[axis] = (position[axis] + 1) % counts[axis]) === 0) axis -= 1;
  }
  return { ...record, ...film, chosen, frames };
};

const playFragment = (root) => {
  const data = JSON.parse(root.querySelector("script[type='application/json']").textContent);
  const { controls } = data.spec;
  const choices = controls.filter((c) => c.kind === "choice");
  const counts = controls.filter((c) => c.kind === "slider").map((c) => c.texts.length);
  const record = unpack(fromBase64(data.record));
  const films = {};
  let wanted;
  let { at } = data;
  let stage;
  const load = async () => {
    const chosen = choices.map((c) => at[c.name]);
    const key = chosen.join(",");
    if (key === wanted) return;
    wanted = key;
    films[key] ??= record.then((unpacked) => prepare(filmOf(unpacked, chosen, counts)));
    const film = await films[key];
    if (key === wanted) stage.load(film); // else another was chosen meanwhile
  };
  const tell = (next) => {
    at = next;
    load();
  };
  root.querySelector(".stage-place")?.remove();
  stage = mount(root, { spec: data.spec, at: () => at, tell });
  if (data.fewer) root.append(element("p", { class: "stage-fewer" }, data.fewer));
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
