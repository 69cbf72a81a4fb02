"""The data beside the notebooks: what is in it, and where it comes from."""

import re
from pathlib import Path

import numpy as np
import pytest

DATA = Path(__file__).parents[1] / "notebooks" / "data"
TABLE = DATA / "palmer_penguins.csv"
README = (DATA / "README.md").read_text(encoding="utf-8")


def columns(*usecols, dtype=float):
    return np.loadtxt(TABLE, delimiter=",", skiprows=1, usecols=usecols, unpack=True, dtype=dtype)


def test_every_file_has_its_source_and_license_beside_it():
    files = [path.name for path in DATA.iterdir() if path.name != "README.md"]
    assert files == [TABLE.name]
    sections = README.split("\n## ")
    for name in files:
        (section,) = (text for text in sections if text.startswith(name))
        assert "**Source**" in section and "**License**" in section and "**Changed**" in section
        assert "CC0" in section and "10.1371/journal.pone.0090081" in section


def test_the_table_is_the_same_bytes_on_every_system():
    raw = TABLE.read_bytes()
    assert raw.isascii() and b"\r" not in raw and raw.endswith(b"2009\n")
    assert raw.count(b"\n") == 343


def test_the_columns_are_those_that_the_readme_lists():
    header = TABLE.read_text(encoding="ascii").splitlines()[0].split(",")
    listed = re.findall(r"^\| (\d) `(\w+)`", README, flags=re.M)
    assert [name for _, name in listed] == header
    assert [int(index) for index, _ in listed] == list(range(8))


def test_the_counts_are_those_that_the_readme_names():
    for column in (0, 6):
        words, counts = np.unique(columns(column, dtype=str), return_counts=True)
        for word, count in zip(words, counts, strict=True):
            assert f"{word} ({count})" in README
    numbers = columns(2, 3, 4, 5, 7)
    assert numbers.shape == (5, 342) and np.isfinite(numbers).all()


def test_body_mass_grows_with_the_flipper_as_published():
    flipper, mass = columns(4, 5)
    assert (flipper.min(), flipper.max(), mass.min(), mass.max()) == (172, 231, 2700, 6300)
    slope, intercept = np.polyfit(flipper, mass, 1)
    assert slope == pytest.approx(49.68556641, rel=1e-9)
    assert intercept == pytest.approx(-5780.83135808, rel=1e-9)
    assert np.corrcoef(flipper, mass)[0, 1] == pytest.approx(0.8712017673, rel=1e-9)
