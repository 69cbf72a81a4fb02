"""The data beside the notebooks: what is in it, and where it comes from."""

import re
import zipfile
from pathlib import Path

import numpy as np
import pytest

DATA = Path(__file__).parents[1] / "notebooks" / "data"
TABLE = DATA / "palmer_penguins.csv"
DIGITS = DATA / "optical_digits.npz"
README = (DATA / "README.md").read_text(encoding="utf-8")


def columns(*usecols, dtype=float):
    return np.loadtxt(TABLE, delimiter=",", skiprows=1, usecols=usecols, unpack=True, dtype=dtype)


def test_every_file_has_its_source_and_license_beside_it():
    sources = {
        DIGITS.name: ("CC BY 4.0", "10.24432/C50P49"),
        TABLE.name: ("CC0", "10.1371/journal.pone.0090081"),
    }
    files = [path.name for path in DATA.iterdir() if path.name != "README.md"]
    assert sorted(files) == sorted(sources)
    sections = README.split("\n## ")
    for name, (terms, doi) in sources.items():
        (section,) = (text for text in sections if text.startswith(name))
        assert "**Source**" in section and "**License**" in section and "**Changed**" in section
        assert terms in section and doi in section


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


@pytest.fixture(scope="module")
def digits():
    with np.load(DIGITS) as data:
        return dict(data)


def test_the_digits_are_what_the_readme_lists(digits):
    listed = re.findall(r"^\| `(\w+)` \| \(([\d, ]+)\) ", README, flags=re.M)
    shapes = {name: tuple(map(int, shape.rstrip(",").split(","))) for name, shape in listed}
    assert {name: array.shape for name, array in digits.items()} == shapes
    assert all(array.dtype == np.uint8 for array in digits.values())
    for part, words in (("train", "to train on"), ("test", "to test on")):
        assert (digits[f"{part}_images"].min(), digits[f"{part}_images"].max()) == (0, 16)
        counts = " | ".join(map(str, np.bincount(digits[f"{part}_labels"], minlength=10)))
        assert f"\n| {words} | {counts} |\n" in README


def test_no_digit_stands_in_both_parts(digits):
    """A digit that occurred twice could be learned by heart in one part and asked in the other."""
    rows = [picture.tobytes() for part in ("train", "test") for picture in digits[f"{part}_images"]]
    assert len(set(rows)) == len(rows) == 5620


def test_the_test_part_is_the_official_one_in_its_order(digits):
    """Sums that were taken from the copy in scikit-learn, `load_digits`; an order changes them."""
    images, labels = digits["test_images"].reshape(-1, 64).astype(int), digits["test_labels"]
    places = np.arange(1, 1798)
    assert images.sum() == 561718
    assert (images @ np.arange(1, 65)).sum() == 18222371
    assert (places * images.sum(axis=1)).sum() == 503904265
    assert (places * labels).sum() == 7272861


def test_the_training_part_begins_as_published(digits):
    first = digits["train_images"][0].ravel().tolist()
    assert first[:16] == [0, 1, 6, 15, 12, 1, 0, 0, 0, 7, 16, 6, 6, 10, 0, 0]
    assert digits["train_labels"][:12].tolist() == [0, 0, 7, 4, 6, 2, 5, 5, 0, 8, 7, 1]
    assert digits["train_images"].sum(dtype=int) == 1204758
    assert (digits["train_images"].sum(axis=0) == 0).sum() == 2  # cells that nobody has inked


def test_the_file_of_digits_holds_no_date():
    """Written twice, it has the same bytes."""
    with zipfile.ZipFile(DIGITS) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert DIGITS.stat().st_size < 150_000
