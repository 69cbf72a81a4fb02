"""What `TEACHING.md` says of a notebook, for whoever speaks from its slides."""

import re
from dataclasses import dataclass, field
from pathlib import Path

GUIDE = Path(__file__).absolute().parents[2] / "TEACHING.md"


@dataclass(frozen=True)
class Plan:
    """How a lecture on a notebook is held.

    Attributes:
        advice: paragraphs of Markdown: what it is for, what makes the point, what to leave out.
        minutes: {heading of a part: the minutes that a reader takes for it}.
    """

    advice: list[str] = field(default_factory=list)
    minutes: dict[str, int] = field(default_factory=dict)


def plan(number: str, text: str | None = None) -> Plan:
    """The plan for a notebook, such as "05"; an empty one where the guide has no such section.

    Args:
        number: the two digits of the notebook.
        text: the guide; by default that of this course.
    """
    if text is None:
        text = GUIDE.read_text(encoding="utf-8") if GUIDE.exists() else ""
    section = re.search(rf"^## {number} .*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if not section:
        return Plan()
    by_hand, _, made = section[0].partition("<!-- minutes")
    rows = re.findall(r"^\| (.+) \| (\d+) \|$", made.partition("<!-- end -->")[0], re.MULTILINE)
    return Plan(
        [one.strip() for one in by_hand.split("\n\n") if one.startswith("**")],
        {heading: int(minutes) for heading, minutes in rows},
    )
