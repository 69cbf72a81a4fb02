"""Advice on names that nothing has: misspelled, without their `np.`, or of a cell above.

Like those of `advice`, the functions here make one sentence, or "" to leave the word to others.
"""

import builtins
import difflib

import numpy as np

from . import bytecode


def variables(code):
    """The arguments and the variables of a function, those that functions inside it use as well."""
    return tuple(dict.fromkeys((*code.co_varnames, *code.co_cellvars, *code.co_freevars)))


def known_names(scene):
    """The names that the reader's code can use: arguments, variables, and what is defined above."""
    code = bytecode.code_of(scene.function)
    own, around = (variables(code), scene.function.__globals__) if code else ((), ())
    return [*scene.given, *own, *(name for name in around if not name.startswith("_"))]


EIGEN = {"EigResult", "EighResult"}

EIGENVALUES = (
    "That holds eigenvalues and eigenvectors. `np.linalg.eigvalsh` gives the values alone."
)

# What readers write without its `np.`, and what others call it.
COMMON = (
    *("abs", "sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "sqrt", "hypot", "sign"),
    *("pi", "inf", "mean", "median", "std", "var", "cumsum", "prod", "clip", "where", "arctan2"),
    *("array", "zeros", "ones", "arange", "linspace", "geomspace", "logspace", "dot", "outer"),
    *("maximum", "minimum", "argmin", "argmax", "norm", "eigvals", "eigvalsh", "inv", "det"),
)

OTHER_NAMES = {
    "ln": "log",
    "cosine": "cos",
    "sine": "sin",
    "tangent": "tan",
    "arctg": "arctan",
    "atan": "arctan",
    "square_root": "sqrt",
    "squareroot": "sqrt",
    "root": "sqrt",
    "power2": "square",
    "avg": "mean",
    "length": "norm",
    "transpose": "transpose",
    "sgn": "sign",
}

# Letters of the formulas, and names from elsewhere, for names that the page uses.
SYMBOLS = {
    **dict.fromkeys(("lr", "eta", "η", "alpha", "α", "rate"), "learning_rate"),
    **dict.fromkeys(("m", "N"), "n"),
    **dict.fromkeys(("residuals", "error", "residual"), "errors"),
    **dict.fromkeys(("theta", "weights"), "w"),
    **dict.fromkeys(("direction", "unit"), "u"),
}


def _in_numpy(name):
    place = "np" if hasattr(np, name) else "np.linalg"
    return f"In NumPy it is `{place}.{name}`."


def unknown_name(scene, name):
    """A name that nothing has: a misspelled one, one of NumPy, or one of a cell above."""
    if name in ("numpy", "math", "torch", "jnp", "scipy"):
        return "NumPy is known here as `np`."
    meant = SYMBOLS.get(name)
    if meant in known_names(scene):
        return f"Here it is `{meant}`."
    if name.lower() == "relu":
        return "The relu of x is `np.maximum(x, 0)`."
    if "·" in name:
        return "A product is written `*` in Python, and a dot product `@`."
    if name in COMMON:
        return _in_numpy(name)
    own = getattr(bytecode.code_of(scene.function), "co_name", "")
    known = [other for other in known_names(scene) if other not in (name, own)]
    near = [other for other in known if other.lower() == name.lower()]
    near = near or [o for o in known if len(name) > 2 and o.startswith((f"{name}_", f"{name}s"))]
    near = near or [o for o in known if len(name) > 3 and o.startswith(name)]
    near = near or difflib.get_close_matches(name, known, 1, 0.75)
    if near and near[0] != name:
        return f"Do you mean `{near[0]}`?"
    if name in OTHER_NAMES:
        return _in_numpy(OTHER_NAMES[name])
    if hasattr(np, name) or hasattr(np.linalg, name):
        return _in_numpy(name)
    near = [other for other in dir(builtins) if other.lower() == name.lower()]
    near = near or difflib.get_close_matches(name, dir(builtins), 1, 0.85)
    if near:
        return f"Do you mean `{near[0]}`?"
    code = bytecode.code_of(scene.function)
    hand = ", ".join(f"`{known}`" for known in (variables(code) if code else scene.given))
    return "No cell that was run defines it." + (hand and f" At hand here: {hand}.")


def no_attribute(scene, kind, name):
    """An object that has no such attribute or method."""
    if kind == "NoneType":
        return (
            "Something in it is `None`: does a function lack its `return`, or has a method changed "
            "its object instead of returning a new one?"
        )
    if kind in EIGEN:
        return EIGENVALUES
    if kind in ("function", "method"):
        return "A function stands there, not its result: the parentheses of the call are missing."
    if name in scene.given:
        return "A point does not multiply. That is done by `*`."
    number = kind in ("float", "int", "float64", "numpy.float64")
    if number and name not in (*COMMON, "sum", "max", "min"):
        return "One number stands there, and it has no such thing."
    if hasattr(np, name):
        return f"That is a function of NumPy: write `np.{name}(…)`, with the value in parentheses."
    if hasattr(np.linalg, name):
        return f"That is a function of NumPy: write `np.linalg.{name}(…)`."
    if kind == "list":
        return "A list has no such thing. `np.array(…)` makes an array of it."
    attributes = [a for a in dir(getattr(scene.error, "obj", None)) if not a.startswith("_")]
    near = _nearest(name, attributes)
    if not near and 0 < len(attributes) < 5:
        return f"What it has: {', '.join(f'`{attribute}`' for attribute in attributes)}."
    return near


def _nearest(name, choices, prefix=""):
    near = difflib.get_close_matches(name, [c for c in choices if not c.startswith("_")], 1, 0.7)
    return f"Do you mean `{prefix}{near[0]}`?" if near else ""


def not_in_module(scene, module, name):
    """A function that NumPy does not have, or has elsewhere."""
    short = module.replace("numpy", "np")
    if module == "numpy" and hasattr(np.linalg, name):
        return f"It is `np.linalg.{name}`."
    if module != "numpy" and hasattr(np, name):
        return f"It is `np.{name}`."
    if name in OTHER_NAMES:
        return _in_numpy(OTHER_NAMES[name])
    near = difflib.get_close_matches(name, COMMON, 1, 0.7)
    if near:
        return _in_numpy(near[0])
    return _nearest(name, dir(np.linalg if module == "numpy.linalg" else np), f"{short}.")
