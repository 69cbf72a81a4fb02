// What a page can tell of the kernel behind a widget. Stands before the scripts that use it.

// An answer is late after so many milliseconds.
const PATIENCE = 2500;

// Returns a function that takes how long an answer has not come, in milliseconds, and says why:
// "" as long as there is still hope. `afterwards` says what happens when a busy kernel is done.
const lateness = (model, afterwards) => {
  let rested; // since when the kernel has had nothing to do, and could have answered
  return (waited) => {
    // The managers of JupyterLab and Notebook know the kernel, null if it is gone; others do not.
    const kernel = model.widget_manager?.kernel;
    const status = kernel === null ? "dead" : kernel?.status;
    if (status === "busy" || status === "starting") rested = undefined;
    else rested ??= performance.now();
    if (waited < PATIENCE) return "";
    if (rested === undefined) return `The kernel is busy. ${afterwards}`;
    if (status === undefined) {
      return "The kernel does not answer. If nothing is running, run this cell again.";
    }
    // What was asked while the kernel was busy is answered a moment after that.
    if (performance.now() - rested < PATIENCE / 2 && status === "idle") return "";
    return "The kernel does not answer: run this cell again.";
  };
};
