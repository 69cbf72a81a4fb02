"""From whatever is at .venv to an environment that works."""

from collections.abc import Sequence

from helpers.environment import installing, locking, looking, making, note
from helpers.environment.places import BEFORE, ENVIRONMENT, SetupError, say


def bring_up(names: Sequence[str]) -> None:
    """Make the environment, or mend it, or leave it as it is where it works and no more can be had.

    Args:
        names: the requirement files.

    Raises:
        SetupError: if there is no environment that works afterwards.
    """
    with locking.only_one():
        making.tidy_up()
        # Another run may have done the work between the look and the lock.
        if note.is_ready(names):
            return
        if ENVIRONMENT.exists() and not ENVIRONMENT.is_dir():
            raise SetupError(
                f"{ENVIRONMENT} is a file, where a folder is expected: "
                "rename it, then run this again."
            )
        known = note.read()
        found = looking.look()
        moved = known.ours and known.root != note.here()
        try:
            if found and found.fits and not moved:
                installing.install(names, found, known.ours)
            else:
                _make_anew(names, known, found, moved)
        except SetupError as error:
            if found is None or not found.fits or not _still_works(names, found):
                raise
            what = getattr(error, "what", str(error).rstrip("."))
            say(f"{what}. This start uses the packages that are here; the next one tries again.")


def _make_anew(names, known, found, moved):
    """Make an environment in the place of one that cannot be used."""
    if making.is_empty(ENVIRONMENT):
        making.make(names)
        return
    if known.ours:
        why = "The folder was moved" if moved and found else "The environment .venv works no more"
        say(f"{why}: a new one is made, and the old one kept until the new one works.")
        with making.in_place_of(BEFORE):
            making.make(names)
        making.drop(BEFORE)
        return
    aside = making.set_aside_name()
    if ENVIRONMENT.is_symlink() and not ENVIRONMENT.exists():
        why = f"The link .venv leads to {ENVIRONMENT.readlink()}, where there is nothing"
    elif found:
        why = "The environment .venv is of Python {}.{}, too old or too new".format(*found.version)
    else:
        why = "In the folder .venv there is no environment that runs"
    say(f"{why}: it is kept as {aside.name}.")
    with making.in_place_of(aside):
        making.make(names)


def _still_works(names, found):
    """Whether an environment that could not be brought up to date can be used all the same."""
    try:
        note.write_path_file(found.site)
    except SetupError:
        return False
    return not looking.troubles(names, versions=False)
