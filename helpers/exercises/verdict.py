"""What an exercise says: one small object, as plain text and as restrained HTML."""

import re
from dataclasses import dataclass, replace
from html import escape

# state: (icon, word, color). Icon and word carry the state, so that the color need not. Each
# color has a contrast of at least 4.5:1 on GROUND, which is opaque: light and dark pages alike.
LOOKS = {
    "untried": ("○", "Not tried yet", "#57606a"),
    "trouble": ("!", "Cannot check this yet", "#7a3e9d"),
    "wrong": ("✗", "Not yet", "#a3302a"),
    "almost": ("≈", "Almost", "#855000"),
    "right": ("✓", "Right", "#1a6b3c"),
    "hint": ("→", "Hint", "#1f5fa8"),
    "solution": ("=", "Solution", "#1f5fa8"),
    "progress": ("▪", "Progress", "#1f5fa8"),
}
GROUND, INK = "#f6f8fa", "#1f2328"


@dataclass(frozen=True, repr=False)
class Verdict:
    """An answer to the reader.

    `repr` gives plain text, and Jupyter shows the same words as HTML, which also reads well
    where styles are removed. Both are the same on every run.

    Attributes:
        state: a key of `LOOKS`.
        text: the sentences; `backticks` mark code.
        title: replaces the word that stands for the state.
        code: lines of Python, shown below the text.
        block: other lines that are to stay as they are, such as those of a matrix.
        items: short lines, shown as a list.
    """

    state: str
    text: str = ""
    title: str = ""
    code: str = ""
    block: str = ""
    items: tuple[str, ...] = ()

    def __repr__(self):
        """The words as plain text."""
        icon, word, _ = LOOKS[self.state]
        first = f"{icon} {self.title or word}" + (f": {self.text}" if self.text else "")
        lines = [*self.block.splitlines(), *self.code.splitlines()]
        block = "".join("\n" + f"    {line}".rstrip() for line in lines)
        listing = "".join(f"\n  {item}" for item in self.items)
        return first + listing + block

    def with_text(self, text):
        """The same verdict with another text."""
        return replace(self, text=text)

    def _repr_html_(self):
        icon, word, color = LOOKS[self.state]
        # The page's own rules for code and lists assume the page's ground, hence the inline styles.
        plain = "background:transparent;color:inherit;padding:0;border:0"
        parts = [
            f'<div role="status" style="background:{GROUND};color:{INK};border:1px solid {color};'
            f'border-left-width:6px;padding:0.5em 0.8em;max-width:48em">',
            f'<strong style="color:{color}"><span aria-hidden="true">{icon}</span> '
            f"{_inline(self.title or word, plain)}</strong>",
        ]
        if self.text:
            parts.append(f"<br>{_inline(self.text, plain)}")
        if self.items:
            lines = "".join(f"<li>{_inline(item, plain)}</li>" for item in self.items)
            parts.append(f'<ul style="list-style:none;margin:0.3em 0 0;padding:0">{lines}</ul>')
        for lines in filter(None, (self.block, self.code)):
            # A matrix whose lines are folded is hard to read, hence no "pre-wrap" with it.
            wrap = "pre-wrap" if lines is self.code else "pre;overflow-x:auto"
            block = f"{plain};margin:0.5em 0 0;white-space:{wrap}"
            parts.append(f'<pre style="{block}"><code style="{plain}">{escape(lines)}</code></pre>')
        return "".join(parts) + "</div>"


def _inline(text, style):
    """`text` as HTML: everything escaped, `backticks` made code."""
    return re.sub(r"`([^`]+)`", rf'<code style="{style}">\1</code>', escape(text))
