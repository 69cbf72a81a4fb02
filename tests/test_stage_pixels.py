"""What a page paints is what Matplotlib's Agg paints, for every explorer, pixel by pixel."""

import base64
import io
import itertools
import json

import matplotlib
import numpy as np
import pytest
from PIL import Image

from helpers import explorers
from helpers.stage import scripts
from lab import TIME_LIMIT

pytestmark = pytest.mark.browser

# How far a pixel is off, of 255, on average; and the share of pixels that are off by half, which
# are on the edges of letters and lines. Both are larger where all there is has fewer pixels.
MEAN = {1: 2.2, 2: 1.3}
SHARE = {1: 0.004, 2: 0.003}

_PAINT = """
globalThis.load = async (text) => {
  globalThis.film = await prepare(await unpack(fromBase64(text)));
};
globalThis.paint = (key, size) => {
  const canvas = document.createElement("canvas");
  canvas.width = film.width * size;
  canvas.height = film.height * size;
  const sheets = paintSheets(film, size / film.units);
  const layout = { ...film, panels: [[0, film.width]] };
  drawFrame(canvas, film, layout, sheets, film.frames[key]);
  return canvas.toDataURL();
};
"""


@pytest.fixture(scope="module")
def page(browser):
    """A page that paints frames, without controls."""
    page = browser.new_page()
    page.set_default_timeout(1000 * TIME_LIMIT)
    script = scripts.text("film.js") + _PAINT
    page.set_content(f'<!doctype html><script type="module">{script}</script>')
    page.wait_for_function("globalThis.paint !== undefined")
    yield page
    page.close()


def apart(page, stage, key, size):
    """Return how far each pixel of a frame is off at a size: the largest of its three colors."""
    url = page.evaluate("([key, size]) => paint(key, size)", [",".join(map(str, key)), size])
    shown = np.array(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))))
    stage._scene.show(key)
    drawn = stage._scene.rendered(size)
    # Both are opaque paper.
    assert shown.shape == drawn.shape
    assert shown[..., 3].min() == 255
    return np.abs(shown[..., :3].astype(int) - drawn[..., :3]).max(axis=-1)


@pytest.mark.parametrize("name", explorers.__all__)
def test_a_page_paints_what_matplotlib_paints(page, name):
    # On a canvas letters are outlines, which no hints move to whole pixels.
    with matplotlib.rc_context({"text.hinting": "none", "text.hinting_factor": 1}):
        stage = getattr(explorers, name)()
        page.evaluate("(text) => load(text)", base64.b64encode(stage._record).decode())
        frames = list(page.evaluate("Object.keys(film.frames)"))
        for frame, size in itertools.product((frames[0], frames[-1]), (1, 2)):
            off = apart(page, stage, tuple(json.loads(f"[{frame}]")), size)
            assert off.mean() < MEAN[size]
            assert (off > 128).mean() < SHARE[size]
