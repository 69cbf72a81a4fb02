"""Free long chains of objects in a loop, where Python's own way has no room. Standard library only.

When the last name of an object goes, Python frees what it held, then what that held, and so on: a
recursion in C, as deep as the chain is long. On a computer Python sees to it that this fits. In the
browser (Pyodide, Python 3.14) it measures the wrong one of two stacks, and a chain of some 1,500
objects ends the kernel. There a finalizer takes its links from each object, and lets go of them
one after the other, at any length. That takes time for each object, so it is in use there alone.
"""

import builtins
import functools
import sys
from types import MemberDescriptorType

__all__ = ["NEEDED", "free_classes_of", "free_in_a_loop"]

NEEDED = sys.platform == "emscripten"

_waiting = []  # what was taken from objects that are gone, and is to be let go of
_at_work = False


def free_in_a_loop(cls, *links):
    """Let the objects of a class be freed one after the other where they hold each other.

    Args:
        cls: the class; its subclasses follow it.
        links: the attributes by which an object may hold others. All, if none is named.

    Returns:
        The class.
    """

    def let_go(self):
        """Empty a dying object, and let go of what it held as soon as no other is dying."""
        global _at_work
        for name in links or _slots(type(self)):
            try:
                _waiting.append(getattr(self, name))
                setattr(self, name, None)
            except AttributeError:  # it never had it
                continue
        if not links and hasattr(self, "__dict__"):
            _waiting.extend(self.__dict__.values())
            self.__dict__.clear()
        if _at_work:
            return  # another object's finalizer is at it, further out
        _at_work = True
        try:
            while _waiting:
                _waiting.pop()  # may call this for the next in the chain, which returns at once
        finally:
            _at_work = False

    cls.__del__ = let_go
    return cls


@functools.cache
def _slots(cls):
    return [
        name
        for part in cls.__mro__
        for name, member in vars(part).items()
        if isinstance(member, MemberDescriptorType)
    ]


def free_classes_of(module):
    """From now on, free the objects of all classes that a module defines in a loop.

    It is for the classes that a reader writes in a notebook. One with a finalizer of its own keeps
    that one.

    Args:
        module: its name; that of a notebook is "__main__".
    """
    build = builtins.__build_class__

    def build_class(body, name, *bases, **options):
        cls = build(body, name, *bases, **options)
        ours = isinstance(cls, type) and cls.__module__ == module
        if ours and not issubclass(cls, type) and not hasattr(cls, "__del__"):
            free_in_a_loop(cls)
        return cls

    builtins.__build_class__ = build_class
