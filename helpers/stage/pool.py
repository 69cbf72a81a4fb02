"""What the frames of a record share: each style, shape, image and picture is kept once."""

import base64
import io
import json

import numpy as np
from PIL import Image, features


class Table:
    """Things kept once each, known by their position."""

    def __init__(self):
        """Begin with nothing."""
        self._index = {}

    def __call__(self, thing):
        """Return the position of ``thing``, which is added if it is new (hashable)."""
        return self._index.setdefault(thing, len(self._index))

    def copy(self):
        """Return a table of the same things."""
        other = Table()
        other._index = dict(self._index)
        return other

    def __len__(self):
        """How many things there are."""
        return len(self._index)

    def __iter__(self):
        """Go through the things in the order of their positions."""
        return iter(self._index)


class Pool:
    """What one record, or all scenes of one exported page, have in common.

    Attributes
    ----------
    styles, shapes, images : Table
        Tuples of style values (see ``STYLE_KEYS``), SVG path data, and data URLs.
    grounds, cels : Table
        Pictures of what stands still and of what moves: lists of operations, as JSON text.
    """

    STYLE_KEYS = (
        "fill", "stroke", "width", "dash", "offset", "cap", "join", "clip", "outline", "snap",
    )  # fmt: skip

    def __init__(self):
        """Begin with nothing."""
        self.styles, self.shapes, self.images = Table(), Table(), Table()
        self.grounds, self.cels = Table(), Table()

    def copy(self):
        """Return a pool of the same things, to which others may be added."""
        other = Pool()
        for name, table in vars(self).items():
            setattr(other, name, table.copy())
        return other

    def text(self, **more):
        """Return it as the text of a JSON object, together with what is given by name."""
        styles = [dict(zip(self.STYLE_KEYS, style, strict=True)) for style in self.styles]
        head = {**more, "styles": styles, "shapes": [*self.shapes], "images": [*self.images]}
        # The pictures are JSON already: they are joined, not parsed and written once more.
        parts = [f'"{n}":[{",".join(getattr(self, n))}]' for n in ("grounds", "cels")]
        return f"{to_json(head)[:-1]},{','.join(parts)}}}"


def to_json(thing):
    """Return something as JSON text, without spaces."""
    return json.dumps(thing, separators=(",", ":"), ensure_ascii=False)


def image_url(rgba):
    """Return an array of (rows, columns, 4) bytes as the data URL of an image without loss."""
    stream = io.BytesIO()
    image = Image.fromarray(np.asarray(rgba))
    if features.check("webp"):
        # Little effort: more takes long, and saves a hundredth.
        image.save(stream, "WEBP", lossless=True, method=4, quality=0)
        kind = "webp"
    else:
        image.save(stream, "PNG", compress_level=6)
        kind = "png"
    return f"data:image/{kind};base64,{base64.b64encode(stream.getvalue()).decode()}"
