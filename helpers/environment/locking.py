"""One set-up at a time."""

import contextlib
import os
from collections.abc import Iterator

from helpers.environment.places import ROOT, SetupError


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Hold a lock, which the system lifts when this process ends, however it ends.

    Without it, a second run would take the environment that the first is making for half-made.

    Raises:
        SetupError: if another run holds it.
    """
    with (ROOT / ".venv.lock").open("a") as file:
        try:
            if os.name == "nt":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError) as error:
            raise SetupError(
                "Another set-up is at work in this folder: wait until it is done, "
                "then run this again."
            ) from error
        except OSError:
            # Some network drives know no locks; then we go on without.
            pass
        yield
