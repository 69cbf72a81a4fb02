// Starts Python as pyodide.mjs does, and lets ■ stop it. Lies beside that file.
//
// While a cell runs, its worker hears no messages. It can ask, though, and wait for the answer:
// Python looks again and again whether a signal has come, where others have memory that two threads
// share (which a page may have only by headers of its server). Here that look asks, now and then,
// the service worker, which the page tells of ■: see cache.js.
import { loadPyodide as load } from "./pyodide.mjs";

const EVERY = 300; // milliseconds from one question to the next
const SIGINT = 2;

let next = 0;
let answers = true; // until nobody does

const pressed = () => {
  const request = new XMLHttpRequest();
  request.open("GET", new URL(`../api/stop/${globalThis.kernelId}`, import.meta.url), false);
  try {
    request.send();
  } catch {
    answers = false;
    return false;
  }
  answers = ["yes", "no"].includes(request.responseText);
  return request.responseText === "yes";
};

const signals = {
  get 0() {
    if (!answers || !globalThis.kernelId || performance.now() < next) return 0;
    const found = pressed();
    next = performance.now() + EVERY;
    return found ? SIGINT : 0;
  },
  set 0(taken) {}, // the answer was yes only once
};

export const loadPyodide = async (options) => {
  const python = await load(options);
  python.setInterruptBuffer(signals);
  return python;
};
