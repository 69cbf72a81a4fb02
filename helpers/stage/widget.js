// A stage in Jupyter: records come from the kernel, which hears of values when a control is let go.

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

export default { render };
