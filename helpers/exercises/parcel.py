"""Send functions of a notebook to another Python: their code, and what they use around them.

`pickle` sends a function as its name, which the other Python does not know if it was written in a
notebook. So the code goes along, with the global names that it uses and the variables around it.
"""

import marshal
import pickle
from types import CellType, CodeType, FunctionType, ModuleType


def pack(value):
    """A picklable parcel of a value.

    Raises:
        pickle.PicklingError, TypeError, AttributeError, ValueError: if something in it cannot
            be sent.
    """
    return _pack(value, {})


def unpack(parcel):
    """The value that was packed, anew."""
    return _unpack(parcel, {})


def _pack(value, known):
    if type(value) in (tuple, list):
        return type(value).__name__, [_pack(item, known) for item in value]
    if type(value) is ModuleType:
        return "module", value.__name__
    if type(value) is FunctionType and not _is_importable(value):
        return _pack_function(value, known)
    return "pickle", pickle.dumps(value)


def _is_importable(function):
    return function.__module__ not in (None, "__main__") and "<" not in function.__qualname__


def _pack_function(function, known):
    if id(function) in known:
        return "again", known[id(function)]
    known[id(function)] = number = len(known)
    code = function.__code__
    around = function.__globals__
    parts = {
        "number": number,
        "code": marshal.dumps(code),
        "defaults": _pack(function.__defaults__ or (), known),
        "by_keyword": [(k, _pack(v, known)) for k, v in (function.__kwdefaults__ or {}).items()],
        "around": {n: _pack(around[n], known) for n in _names(code) if n in around},
        "cells": [_pack(cell.cell_contents, known) for cell in function.__closure__ or ()],
    }
    return "function", parts


def _names(code):
    """The global names that code and the functions inside it use (attributes among them)."""
    inner = [constant for constant in code.co_consts if type(constant) is CodeType]
    return set(code.co_names).union(*map(_names, inner))


def _unpack(parcel, known):
    kind, content = parcel
    if kind in ("tuple", "list"):
        items = [_unpack(item, known) for item in content]
        return tuple(items) if kind == "tuple" else items
    if kind == "module":
        return __import__(content, fromlist=["*"])
    if kind == "again":
        return known[content]
    if kind == "pickle":
        return pickle.loads(content)
    around, cells = {}, tuple(CellType() for _ in content["cells"])
    code = marshal.loads(content["code"])
    function = FunctionType(code, around, code.co_name, None, cells or None)
    known[content["number"]] = function
    function.__defaults__ = _unpack(content["defaults"], known) or None
    function.__kwdefaults__ = {k: _unpack(v, known) for k, v in content["by_keyword"]} or None
    around.update({name: _unpack(value, known) for name, value in content["around"].items()})
    around["__builtins__"] = __builtins__
    for cell, value in zip(cells, content["cells"], strict=True):
        cell.cell_contents = _unpack(value, known)
    return function
