"""The still picture of an explorer: a filmstrip of a few telling values, as one PNG image."""

import base64
import html
import io

import numpy as np
from matplotlib.font_manager import findfont
from matplotlib.image import imsave
from PIL import Image, ImageDraw, ImageFont

# A still is stored at 1.5 times the size it is shown at: sharp on paper, small in a file.
SCALE = 1.5
PAGE_WIDTH = 960
LINE_HEIGHT = 18
GAP = 12
_INK = "#222222"


def filmstrip(panels):
    """Join panels into one picture.

    Parameters
    ----------
    panels : list of (PIL.Image.Image, str)
        Pictures of one size, each with the caption above it.

    Returns
    -------
    PIL.Image.Image
        As many panels beside each other as fit the page, in 256 colors or fewer.
    """
    width, height = panels[0][0].size
    gap, line = round(GAP * SCALE), round(LINE_HEIGHT * SCALE)
    font = ImageFont.truetype(findfont("DejaVu Sans:bold"), round(13 * SCALE))
    captions = [_wrapped(text, font, width - 2 * gap) for _picture, text in panels]
    caption = line * max(map(len, captions)) + round(8 * SCALE)
    across = max(1, min(len(panels), round(PAGE_WIDTH * SCALE) // width))
    down = -(-len(panels) // across)
    size = (across * (width + gap) - gap, down * (caption + height + gap) - gap)
    strip = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(strip)
    for number, ((picture, _text), lines) in enumerate(zip(panels, captions, strict=True)):
        left = (number % across) * (width + gap)
        top = (number // across) * (caption + height + gap)
        for row, text in enumerate(lines):
            middle = top + caption - round(4 * SCALE) - line * (len(lines) - row - 0.5)
            draw.text((left + gap, middle), text, fill=_INK, font=font, anchor="lm")
        strip.paste(picture, (left, top + caption))
    return strip.quantize(256, dither=Image.Dither.NONE)


def _wrapped(text, font, width):
    """Break a caption into lines that are no wider than its panel."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".lstrip(" ")
        if lines[-1] and font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def picture(pixels):
    """Return bytes of shape (rows, columns, 4) as a PIL image, on white paper."""
    pixels = Image.fromarray(pixels)
    paper = Image.new("RGBA", pixels.size, "white")
    return Image.alpha_composite(paper, pixels).convert("RGB")


def as_html(image, alt, note="", kind="png"):
    """Return HTML that shows an image of ``filmstrip`` with its alternative text.

    Parameters
    ----------
    image : PIL.Image.Image
    alt : str
        What the picture shows, in words.
    note : str
        A line below the picture.
    kind : str
        ``"png"``, which is shown everywhere, or ``"webp"``, which is smaller.
    """
    stream = io.BytesIO()
    if kind == "webp":
        image.save(stream, "WEBP", lossless=True, method=4, quality=50)
    else:
        image.save(stream, "PNG", optimize=True)
    data = base64.b64encode(stream.getvalue()).decode()
    width = round(image.width / SCALE)
    line = f"<br><small>{html.escape(note)}</small>" if note else ""
    url = f"data:image/{kind};base64,{data}"
    return f'<img alt="{html.escape(alt)}" width="{width}" src="{url}">{line}'


def quick_uri(pixels):
    """Return the address of a picture that is soon replaced by the next: made fast, not small.

    Parameters
    ----------
    pixels : numpy.ndarray, shape (height, width, 4)
        As those of a canvas of Agg, or a part of them.
    """
    stream = io.BytesIO()
    options = {"compress_level": 1}
    imsave(stream, np.ascontiguousarray(pixels), format="png", pil_kwargs=options)
    return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"
