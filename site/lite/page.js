// Says what is loading while Python comes into the browser, which a first visit waits for; tells it
// of ■.
(() => {
  const megabytes = (bytes) => Math.round(bytes / 1e6);
  const box = document.createElement("div");
  const words = box.appendChild(document.createElement("span"));
  const bar = box.appendChild(document.createElement("progress"));
  box.id = "loading-python";
  words.setAttribute("role", "status");
  bar.setAttribute("aria-label", "Loading Python");
  box.hidden = true;

  const say = (text) => {
    if (words.textContent !== text) words.textContent = text; // each change is read aloud
  };

  const show = ({ stage, loaded, whole }) => {
    if (!box.isConnected) document.body.append(box);
    box.hidden = stage === "ready";
    bar.hidden = stage === "failed";
    if (stage === "loading") {
      const once = "later visits take it from this browser";
      say(`Loading Python and its packages: ${megabytes(whole)} MB; ${once}.`);
      bar.max = whole;
      bar.value = loaded;
    } else if (stage === "starting") {
      say("Starting Python: a few seconds.");
      bar.removeAttribute("value");
    } else if (stage === "failed") {
      say("Python could not be started here: reload the page to try again.");
    }
  };

  // A link to a notebook opens that one alone: each that is opened again from the last visit would
  // start a Python of its own. So what was open is not found before this page writes down its own.
  // (To delete it would not do: other pages that are open write it again.)
  const STATE = "statedb";
  const { get, put } = IDBObjectStore.prototype;
  let own = !new URLSearchParams(location.search).has("path");
  IDBObjectStore.prototype.get = function (key) {
    return get.call(this, own || this.name !== STATE ? key : "nothing");
  };
  IDBObjectStore.prototype.put = function (...what) {
    own ||= this.name === STATE;
    return put.apply(this, what);
  };

  // What a first visit loads before the service worker is there goes through it once more, so that
  // it is kept as well: mostly from the browser's own cache.
  const lasting = /\/(build|extensions)\//; // as in cache.js
  performance.setResourceTimingBufferSize(1000);
  navigator.serviceWorker?.addEventListener("controllerchange", () => {
    for (const { name } of performance.getEntriesByType("resource"))
      if (lasting.test(new URL(name).pathname)) fetch(name).catch(() => {});
  });

  // JupyterLite itself only drops the cells that wait. The one that runs asks the service worker,
  // see start.mjs.
  const passOn = (_, { id }) => {
    if (id !== "notebook:interrupt-kernel") return;
    const kernel = jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel;
    if (kernel) fetch(new URL(`../api/stop/${kernel.id}`, location.href), { method: "POST" });
  };

  globalThis.Worker = class extends globalThis.Worker {
    constructor(...options) {
      super(...options);
      globalThis.jupyterapp?.commands.commandExecuted.connect(passOn); // again does nothing
      this.addEventListener("message", ({ data }) => data?.downhill && show(data.downhill));
    }
  };
})();
