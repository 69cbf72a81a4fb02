"""The pictures that are embedded in the outputs of a notebook: take them out, compare them."""

import base64
import io
import re

import numpy as np
from PIL import Image

EMBEDDED = re.compile(r'src=\\?"data:image/png;base64,([^"\\]*)\\?"')

# Another processor rounds otherwise in places, which moves the edge of a line by a shade. A pixel
# counts as different above SHADES of 255, and a picture above this share of such pixels.
SHADES = 32
SHARE = 2e-4


def without_pictures(text):
    """Return a text with a mark in place of each embedded picture."""
    return EMBEDDED.sub("src=PICTURE", text)


def pictures(text):
    """Return the embedded pictures of a text as arrays of shape (rows, columns, 4)."""
    return [_pixels(base64.b64decode(data)) for data in EMBEDDED.findall(text)]


def first_picture(text):
    """Return the bytes of the first embedded PNG file of a text."""
    return base64.b64decode(EMBEDDED.search(text).group(1))


def differ(one, other):
    """Return whether two pictures differ by more than rounding."""
    if one.shape != other.shape:
        return True
    apart = np.abs(one.astype(int) - other).max(axis=-1) > SHADES
    return bool(apart.mean() > SHARE)


def _pixels(data):
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))
