"""From the key to the picture: an explorer of this course beside the same picture by `interact`.

    .venv/bin/python tests/benchmarks/slider.py
    .venv/bin/python tests/benchmarks/slider.py --explorer slope_tracer --control x0 --steps 50
    .venv/bin/python tests/benchmarks/slider.py --explorer walk_in_noise --control size --data z,kg

Both stand in one notebook, in a real JupyterLab page. The explorer replays its record in the page;
its twin draws the very same figure in the kernel, as most teaching notebooks do: `interact` calls
a function that builds the figure and displays it inline. With `--reuse` the figure is built once
and only what moves is set, which few notebooks do, and which is the most that `interact` can give.

How it is measured, alike for both:

- *Latency.* One arrow key at a time, with pauses of varying length between them. The clock starts
  at the time stamp that the browser gives the key's event. In each frame a script compares the
  picture's pixels with those before; in the first frame in which they differ, a task queued behind
  the painting of that frame stops the clock. "One frame later" adds the wait for the next frame,
  by which a screen has shown it.
- *The browser's own clock.* For keys whose picture is in the very next frame, Chromium reports the
  time to the presentation of that frame itself (Event Timing, in steps of 8 ms): a check on the
  script's clock, and none for the twin, whose picture comes frames later.
- *Pictures a second.* The slider is dragged from the left to the right again and again, 100 values
  a second, by a mouse that reports 125 times a second; frames whose picture differs from the frame
  before are counted. (To and fro, a slider of few values would often be where it was just before.)
- *Lag.* From letting go of the mouse to the last change of the picture.
- *Jumps.* Frames in which the page's height or scroll position differs from the frame before.
"""

import argparse
import math
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from conftest import find_browser
from lab import SCROLLER, Lab, NotebookPage, launch

CSV = Path(__file__).parents[2] / "notebooks" / "data" / "palmer_penguins.csv"
# Milliseconds, pictures a second, and how many times faster than `interact`.
TARGETS = {"median": 22, "p95": 40, "pictures": 55, "faster": 10}

EXPLORER = """\
from helpers import explorers
{made}
explorer = explorers.{explorer}({data})
explorer"""

# As notebooks hand them over: lengths of flippers and masses of 342 penguins.
PENGUINS = f"""\
import numpy as np

table = np.loadtxt({str(CSV)!r}, delimiter=",", skiprows=1, usecols=(4, 5))
flipper, mass = table.T
z, kg = (flipper - flipper.mean()) / flipper.std(), mass / 1000"""

TWIN = """\
%matplotlib inline
%config InlineBackend.figure_format = {format!r}
from IPython.display import display
from ipywidgets import interact

twin = explorers.{explorer}({data})
values = twin.traits()[{control!r}].control.values
choices = {{choice.name: choice.start for choice in twin._choices}}
sliders = {{slider.name: slider.start for slider in twin._sliders}}


def draw(step):
{draw}
    display(figure)


interact(draw, step=(0, len(values) - 1));"""

# As usual: the picture is built anew. And as a careful author would: only what moves is set.
BUILD = """\
    figure, update = twin._make(**choices)
    update(**(sliders | {{{control!r}: values[step]}}))"""
REUSE = """\
    twin.set_trait({control!r}, values[step])
    figure = twin.figure"""

# Where each keeps its picture, what takes its keys, and how the mouse takes hold of it.
PARTS = {
    "explorer": {"picture": ".stage canvas", "keys": ".stage input[data-name={control}]"},
    "interact": {"picture": ".jp-OutputArea-output img", "keys": ".noUi-handle"},
}

SCRIPT = """
(() => {
  const small = new OffscreenCanvas(480, 240);
  const context = small.getContext('2d', {willReadFrequently: true});
  context.imageSmoothingEnabled = false;

  // A sample of the picture's pixels, boiled down to one number; null while there is none.
  const look = (root, selector) => {
    const all = root.querySelectorAll(selector);
    const picture = all[all.length - 1];
    if (!picture || picture.complete === false) return null;
    if (!(picture.naturalWidth ?? picture.width)) return null;
    context.drawImage(picture, 0, 0, small.width, small.height);
    const {data} = context.getImageData(0, 0, small.width, small.height);
    let sum = 0;
    for (const word of new Uint32Array(data.buffer)) sum = (Math.imul(sum, 31) + word) | 0;
    return sum;
  };

  const behindPaint = (work) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => work(performance.now());
    channel.port2.postMessage(0);
  };

  globalThis.startWatch = (root, selector, scroller) => {
    const watch = {changes: [], frames: 0, jumps: 0, keys: [], released: 0, running: true};
    let before = look(root, selector);
    let place = [scroller.scrollHeight, scroller.scrollTop].join();
    let waiting = null;
    addEventListener('keydown', (e) => { watch.keys.push(e.timeStamp); }, {capture: true});
    addEventListener('pointerup', (e) => { watch.released = e.timeStamp; }, {capture: true});
    // Resolves with both end times when the picture has changed, or null after a while.
    watch.next = (patience) => new Promise((done) => {
      waiting = done;
      setTimeout(() => { if (waiting === done) { waiting = null; done(null); } }, patience);
    });
    const frame = () => {
      if (!watch.running) return;
      requestAnimationFrame(frame);
      watch.frames += 1;
      const here = [scroller.scrollHeight, scroller.scrollTop].join();
      if (here !== place) watch.jumps += 1;
      place = here;
      const now = look(root, selector);
      if (now === null || now === before) return;
      before = now;
      watch.changes.push(performance.now());
      const done = waiting;
      waiting = null;
      behindPaint((painted) => requestAnimationFrame(
        () => done?.({painted, later: performance.now()})));
    };
    requestAnimationFrame(frame);
    watch.presented = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        if (entry.name === 'keydown') watch.presented.push(entry.duration);
    }).observe({type: 'event', durationThreshold: 16});
    return watch;
  };
})()
"""


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--explorer", default="valley_walk", help="a function in helpers.explorers")
    parser.add_argument("--control", default="learning_rate", help="the slider to move")
    parser.add_argument("--data", default="", help="what it is given, of the penguins: z,kg")
    parser.add_argument("--steps", type=int, default=200, help="key presses for each (200)")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long a drag takes (3)")
    parser.add_argument("--scales", default="1,2", help="pixels of the screen per CSS pixel (1,2)")
    parser.add_argument("--reuse", action="store_true", help="let interact keep its figure")
    args = parser.parse_args()
    executable = find_browser()
    if executable is None:
        sys.exit("No Chromium or Chrome found; DOWNHILL_CHROMIUM may name one.")
    missed = []
    for scale in map(int, args.scales.split(",")):
        rows = measure(args, executable, scale)
        missed += report(rows, scale)
    print("All targets reached." if not missed else "\n".join(["Missed:", *missed]))
    return 1 if missed else 0


def measure(args, executable, scale):
    """Measure both on a screen of one scale; return {name: figures}."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "slider.ipynb")
        image_format = "retina" if scale > 1 else "png"
        draw = (REUSE if args.reuse else BUILD).format(**vars(args))
        made = PENGUINS if args.data else ""
        filled = {**vars(args), "format": image_format, "draw": draw, "made": made}
        sources = [code.format(**filled) for code in (EXPLORER, TWIN)]
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        kernel = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
        with Lab([path]) as lab, sync_playwright() as playwright:
            browser = launch(playwright, executable)
            page = browser.new_page(
                viewport={"width": 1280, "height": 1000}, device_scale_factor=scale
            )
            notebook = NotebookPage.open(page, lab, path.name)
            notebook.run_all()
            page.evaluate(SCRIPT)
            rows = {}
            for index, (name, parts) in enumerate(PARTS.items()):
                rows[name] = measure_one(notebook, index, parts, args)
            browser.close()
    return rows


def measure_one(notebook, index, parts, args):
    """Press keys, then drag; return the figures of one way."""
    page = notebook.page
    notebook.show_cell(index)
    cell = page.locator(".jp-CodeCell").nth(index)
    keys = cell.locator(parts["keys"].format(control=args.control)).first
    keys.scroll_into_view_if_needed()
    cell.locator(parts["picture"]).last.wait_for()
    page.wait_for_timeout(1500)
    watch = cell.evaluate_handle(
        f"(root, picture) => startWatch(root, picture, document.querySelector({SCROLLER!r}))",
        parts["picture"],
    )
    chance = random.Random(0)
    keys.focus()
    # From the left end, and back before the right one: a key pressed there would change nothing.
    page.keyboard.press("Home")
    page.wait_for_timeout(1500)
    last = last_value(page, args.control)
    run = min(20, last)
    painted, later, unchanged = [], [], 0
    for step in range(args.steps):
        answer = watch.evaluate_handle("(watch) => ({change: watch.next(5000)})")
        page.keyboard.press("ArrowLeft" if step // run % 2 else "ArrowRight")
        end = answer.evaluate("(answer) => answer.change")
        start = watch.evaluate("(watch) => watch.keys.at(-1)")
        if end is None:
            unchanged += 1
        else:
            painted.append(end["painted"] - start)
            later.append(end["later"] - start)
        page.wait_for_timeout(chance.uniform(20, 80))
    presented = watch.evaluate("(watch) => watch.presented")
    page.wait_for_timeout(1500)
    rate, lag = drag(page, keys, watch, args.seconds, last)
    figures = {
        "median": statistics.median(painted),
        "p95": percentile(painted, 95),
        "later median": statistics.median(later),
        "later p95": percentile(later, 95),
        "presented": statistics.median(presented) if presented else math.nan,
        "pictures": rate,
        "lag": lag,
        "jumps": watch.evaluate("(watch) => { watch.running = false; return watch.jumps }"),
        "unchanged": unchanged,
    }
    return figures


def last_value(page, control):
    """The number of the explorer's last slider value, counted from 0; its twin has as many."""
    slider = page.locator(PARTS["explorer"]["keys"].format(control=control))
    return slider.evaluate("(input) => Number(input.max)")


def drag(page, keys, watch, seconds, last):
    """Drag a slider to and fro; return pictures a second, and the lag after letting go in ms."""
    handle = keys.bounding_box()
    if handle["width"] < 50:  # the knob of a slider that is made of many elements
        track = keys.locator("xpath=ancestor::*[contains(@class, 'noUi-base')]").bounding_box()
    else:  # one element: its knob is taken hold of wherever the mouse goes down on it
        track = handle
        handle = None
    y = track["y"] + track["height"] / 2
    left, right = (track["x"] + track["width"] * share for share in (0.1, 0.9))
    if handle:
        page.mouse.move(handle["x"] + handle["width"] / 2, y)
    else:
        page.mouse.move(left, y)
    page.mouse.down()
    page.mouse.move(left, y)
    page.wait_for_timeout(1000)
    begin = watch.evaluate("(watch) => { watch.changes = []; return performance.now() }")
    # Fast enough that each frame of the screen can show another value.
    sweep = 0.8 * last / 100
    start = time.perf_counter()
    report = 0
    while (now := time.perf_counter() - start) < seconds:
        page.mouse.move(left + (right - left) * (now / sweep % 1), y)
        report += 1
        time.sleep(max(0, start + report / 125 - time.perf_counter()))
    page.mouse.up()
    # Until nothing has changed for a second and a half, and the kernel rests.
    page.wait_for_timeout(500)
    NotebookPage(page).wait_for_kernel()
    page.wait_for_timeout(1500)
    end = watch.evaluate("(watch) => watch.released")
    changes = watch.evaluate("(watch) => watch.changes")
    during = [t for t in changes if begin <= t <= end]
    return 1000 * len(during) / (end - begin), max(0.0, max(changes, default=end) - end)


def percentile(values, percent):
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1]


def report(rows, scale):
    """Print one table; return the targets that were missed."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"\nScreen {scale}x{load}")
    lines = {
        "latency, median (ms)": ("median", ".1f"),
        "latency, 95th percentile (ms)": ("p95", ".1f"),
        "one frame later, median (ms)": ("later median", ".1f"),
        "one frame later, 95th percentile (ms)": ("later p95", ".1f"),
        "key to next frame by the browser's clock (ms)": ("presented", ".0f"),
        "pictures a second in a drag": ("pictures", ".1f"),
        "lag after letting go (ms)": ("lag", ".0f"),
        "jumps of the page (frames)": ("jumps", "d"),
        "steps without a new picture": ("unchanged", "d"),
    }
    print(f"{'':46}" + "".join(f"{name:>12}" for name in rows))
    for title, (key, form) in lines.items():
        print(f"{title:46}" + "".join(f"{row[key]:>12{form}}" for row in rows.values()))
    ours, theirs = rows["explorer"], rows["interact"]
    faster = theirs["median"] / ours["median"]
    print(f"{'faster than interact (median)':46}{faster:>11.1f}x")
    verdicts = {
        f"median {ours['median']:.1f} ms > {TARGETS['median']}": ours["median"] > TARGETS["median"],
        f"95th percentile {ours['p95']:.1f} ms > {TARGETS['p95']}": ours["p95"] > TARGETS["p95"],
        f"{ours['pictures']:.1f} pictures/s < {TARGETS['pictures']}": ours["pictures"]
        < TARGETS["pictures"],
        f"only {faster:.1f} times faster than interact": faster < TARGETS["faster"],
        f"{ours['jumps']} jumps of the page": ours["jumps"] > 0,
        f"lag of {ours['lag']:.0f} ms": ours["lag"] > 50,
        f"{ours['unchanged']} steps without a new picture": ours["unchanged"] > 0,
    }
    return [f"  {scale}x: {text}" for text, bad in verdicts.items() if bad]


if __name__ == "__main__":
    sys.exit(main())
