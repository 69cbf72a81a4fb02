"""A second player of records, in Python: what a page should show, painted by Matplotlib's Agg.

The first is `helpers/stage/film.js`. Both know the same few things: layers, styles, shapes,
and four kinds of operation.
"""

import base64
import io
import re

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.transforms import Bbox, IdentityTransform, TransformedPath
from PIL import Image

_CODES = {
    "M": [Path.MOVETO],
    "l": [Path.LINETO],
    "Q": [Path.CURVE3] * 2,
    "C": [Path.CURVE4] * 3,
    "Z": [Path.CLOSEPOLY],
}
_CAPS = {"butt": "butt", "round": "round", "square": "projecting"}


def paint(record, key, scale=1):
    """Return the picture of one frame as bytes, shape (rows, columns, 4).

    Parameters
    ----------
    record : dict
        A record, read from its JSON.
    key : sequence of int
        The position of each slider.
    scale : float
        Pixels per CSS pixel.
    """
    return _Player(record, scale).frame(key)


class _Player:
    def __init__(self, record, scale):
        self.record, self.scale = record, scale
        self.columns = round(record["width"] * scale)
        self.rows = round(record["height"] * scale)
        self.factor = scale / record["units"]
        self.renderer = RendererAgg(self.columns, self.rows, 72)

    def frame(self, key):
        frame = self.record["frames"][",".join(map(str, key))]
        for layer in self.record["layers"]:
            if "ground" in layer:
                ops = self.record["grounds"][layer["ground"]]
            else:
                ops = self.record["cels"][frame[1 + layer["track"]]]
            for op in ops:
                self.operation(op)
        return np.array(self.renderer.buffer_rgba())

    def operation(self, op):
        kind, style = op[0], self.record["styles"][op[1]]
        gc, face = self.context(style)
        if kind == "i":
            self.image(gc, self.record["images"][op[2]], op[3:])
        elif kind == "p":
            self.path(gc, face, op[2])
        elif kind == "s":
            for x, y in zip(op[3::2], op[4::2], strict=True):
                self.path(gc, face, self.record["shapes"][op[2]], (x, y))
        elif kind == "t":
            for shape, x, y in zip(op[2::3], op[3::3], op[4::3], strict=True):
                self.path(gc, face, self.record["shapes"][shape], (x, y))
        else:
            raise ValueError(f"There is no kind {kind!r} of operation.")

    def context(self, style):
        gc = self.renderer.new_gc()
        gc.set_snap(style["snap"])
        gc.set_linewidth(style["width"] * self.factor if style["stroke"] else 0)
        if style["stroke"]:
            gc.set_foreground(to_rgba(style["stroke"]), isRGBA=True)
        if style["dash"]:
            offset = style["offset"] * self.factor
            gc.set_dashes(offset, [length * self.factor for length in style["dash"]])
        gc.set_capstyle(_CAPS[style["cap"]])
        gc.set_joinstyle(style["join"])
        if style["clip"]:
            left, top, width, height = (value * self.factor for value in style["clip"])
            bottom = self.rows - top - height
            gc.set_clip_rectangle(Bbox.from_bounds(left, bottom, width, height))
        if style["outline"] is not None:
            outline = self.outline(self.record["shapes"][style["outline"]])
            gc.set_clip_path(TransformedPath(outline, IdentityTransform()))
        return gc, to_rgba(style["fill"]) if style["fill"] else None

    def path(self, gc, face, data, place=(0, 0)):
        self.renderer.draw_path(gc, self.outline(data, place), IdentityTransform(), face)

    def outline(self, data, place=(0, 0)):
        """Read SVG path data into a path in pixels from the bottom left corner."""
        vertices, codes, first = [], [], None
        for command, text in re.findall(r"([MlQCZ])([^MlQCZ]*)", data):
            numbers = np.array(text.split(), dtype=float).reshape(-1, 2)
            if command == "Z":
                numbers = np.zeros((1, 2))
            elif command == "l":
                start = vertices[-1] if codes[-1] != Path.CLOSEPOLY else first
                numbers = start + np.cumsum(numbers, axis=0)
            elif command == "M":
                first = numbers[-1]
            vertices.extend(numbers)
            codes.extend(_CODES[command] * (len(numbers) // len(_CODES[command])))
        points = (np.array(vertices).reshape(-1, 2) + place) * self.factor
        points[:, 1] = self.rows - points[:, 1]
        return Path(points, codes)

    def image(self, gc, url, box):
        """Place an image; where its edges fall between pixels, they are blended."""
        left, top, width, height = (value * self.factor for value in box)
        picture = Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGBA")
        x, y = int(np.floor(left)), int(np.floor(top))
        across, down = int(np.ceil(left + width)) - x, int(np.ceil(top + height)) - y
        step = picture.width / width, picture.height / height
        # Beyond its edges an image is transparent.
        padded = Image.new("RGBA", (picture.width + 8, picture.height + 8))
        padded.paste(picture, (4, 4))
        corner = 4 + (x - left) * step[0], 4 + (y - top) * step[1]
        far = corner[0] + across * step[0], corner[1] + down * step[1]
        placed = padded.resize((across, down), Image.Resampling.BOX, (*corner, *far))
        # Agg takes the rows of an image from the bottom up.
        self.renderer.draw_image(gc, x, self.rows - y - down, np.array(placed)[::-1])
