// The page's side of a status line: shows its text, and asks the kernel for a sign of life.

// While the kernel works on its own it is asked so often (milliseconds).
const PULSE = 2000;

const render = ({ model, el }) => {
  const part = (name) => {
    const node = document.createElement("div");
    node.className = name;
    node.setAttribute("role", "status");
    el.append(node);
    return node;
  };
  const line = part("stage-told");
  const note = part("stage-late");
  const late = lateness(model, "It answers when it is done.");
  const box = () => el.closest(".stage-box") ?? el;
  let asked = 0; // the number of the question that waits for an answer, or 0
  let since;

  const show = () => { line.textContent = model.get("text"); };
  const remark = () => {
    const text = asked ? late(performance.now() - since) : "";
    if (note.textContent !== text) note.textContent = text;
    box().classList.toggle("stage-is-late", text !== "");
  };
  const hear = () => {
    if (model.get("_heard") < asked) return;
    asked = 0;
    remark();
  };
  const ask = () => {
    if (asked) return;
    asked = model.get("_asked") + 1;
    since = performance.now();
    model.set("_asked", asked);
    model.save_changes();
  };
  const pressed = (event) => { if (box().contains(event.target)) ask(); };
  // See `OWN_KEYS` in controls.js. Before a key can be pressed on a control, it gets the focus.
  const focused = ({ target }) => {
    if (box().contains(target)) target.setAttribute("data-lm-suppress-shortcuts", "true");
  };
  const beat = setInterval(() => {
    remark();
    if (model.get("working") && performance.now() - (since ?? 0) > PULSE) ask();
  }, 500);

  document.addEventListener("click", pressed, true);
  document.addEventListener("change", pressed, true);
  document.addEventListener("focusin", focused, true);
  model.on("change:text", show);
  model.on("change:_heard", hear);
  show();
  return () => {
    clearInterval(beat);
    document.removeEventListener("click", pressed, true);
    document.removeEventListener("change", pressed, true);
    document.removeEventListener("focusin", focused, true);
    model.off("change:text", show);
    model.off("change:_heard", hear);
  };
};

export default { render };
