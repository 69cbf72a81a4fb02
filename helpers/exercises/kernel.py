"""What a reader's answer may change of the kernel, and what is put back after a check."""

import builtins
import contextlib
import getpass
import io
import os
import random
import sys
from pathlib import Path

import numpy as np


class AskedForInput(Exception):
    """The code of an answer waits for what somebody types."""


@contextlib.contextmanager
def kept_state():
    """Put back, in the end, what code can change for all that comes after it in this kernel.

    NumPy's treatment of floating-point errors and its way of printing, the random states of NumPy
    and of Python, the limit of recursion, and the working directory.
    """
    errors, told = np.geterr(), np.geterrcall()
    printing, limit = np.get_printoptions(), sys.getrecursionlimit()
    chance = random.getstate()
    # Readers may use the old global generator, so it is that one which is kept.
    numpy_chance = np.random.get_state(legacy=False)  # noqa: NPY002
    try:
        place = Path.cwd()
    except OSError:  # it was removed; there is nothing to come back to
        place = None
    try:
        yield
    finally:
        np.seterr(**errors)
        np.seterrcall(told)
        np.set_printoptions(**printing)
        sys.setrecursionlimit(limit)
        random.setstate(chance)
        np.random.set_state(numpy_chance)  # noqa: NPY002
        if place is not None:
            with contextlib.suppress(OSError):
                os.chdir(place)


@contextlib.contextmanager
def nobody_types():
    """Whatever asks for input raises `AskedForInput` meanwhile, instead of waiting."""
    saved = builtins.input, getpass.getpass, sys.stdin
    builtins.input = getpass.getpass = _ask
    sys.stdin = _NothingTyped()
    try:
        yield
    finally:
        builtins.input, getpass.getpass, sys.stdin = saved


def _ask(*arguments, **options):
    raise AskedForInput


class _NothingTyped(io.TextIOBase):
    def readable(self):
        return True

    def read(self, *arguments):
        raise AskedForInput

    readline = read
