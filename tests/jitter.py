"""Arithmetic as on some other processor: results that may differ in the last bit, do.

NumPy's exp, sin and powers, its matrix product and what is built on it differ in the last bit from
processor to processor. ``install(seed)`` makes the modules of ``helpers`` that are imported from
then on, and the trees that ``transform`` gets, compute as if: calls, ``@`` and ``**`` are rewritten
to go through functions here, which move inexact results by a unit in the last place, at random.
Sums, products and square roots are the same on every processor, and stay.
"""

import ast
import builtins
import importlib.machinery
import math
import sys

import numpy as np

# Of ufuncs, those that the standard of floating-point numbers does not settle to the last bit.
UFUNCS = (
    *("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "logaddexp", "logaddexp2", "cbrt"),
    *("sin", "cos", "tan", "arcsin", "arccos", "arctan", "arctan2", "hypot"),
    *("sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "float_power"),
)
FUNCTIONS = (
    *("logspace", "geomspace", "polyfit", "polyval", "corrcoef", "cov", "convolve", "correlate"),
    *("einsum", "tensordot", "interp"),
)
LINEAR_ALGEBRA = ("solve", "inv", "det", "slogdet", "eigvals", "eigvalsh", "lstsq", "pinv", "cond")
PRODUCTS = ("matmul", "dot", "inner", "vdot", "matvec", "vecmat", "vecdot")
OF_PYTHON = (
    *("exp", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "asin", "acos"),
    *("atan", "atan2", "sinh", "cosh", "tanh", "hypot", "pow", "erf", "gamma", "dist"),
)
# They look into the frame that calls them.
LEFT_ALONE = {"super", "locals", "globals", "vars", "dir", "eval", "exec"}


class Jitter:
    """Moves what may differ. The numbers are drawn from one seeded generator."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        inexact = [getattr(np, name) for name in (*UFUNCS, *FUNCTIONS)]
        inexact += [getattr(np.linalg, name) for name in LINEAR_ALGEBRA]
        inexact += [getattr(math, name) for name in OF_PYTHON]
        self.inexact = set(inexact)
        self.products = {getattr(np, name) for name in PRODUCTS if hasattr(np, name)}
        self.powers = {np.power, pow, np.linalg.matrix_power}

    def call(self, function, /, *arguments, **named):
        """``function(…)``, moved if it is one of those above."""
        result = function(*arguments, **named)
        try:
            known = function in self.inexact
            product, power = function in self.products, function in self.powers
        except TypeError:  # not hashable, so none of them
            return result
        if named.get("out") is not None or (product and len(arguments) != 2):
            return result
        if product:
            return self._product(result, *arguments, function=function)
        if function is np.linalg.norm and not _is_dyadic(arguments[0]):
            return self.moved(result)
        return self.moved(result) if known or power else result

    def matmul(self, a, b):
        """``a @ b``, with the rounding errors of another order of the sum."""
        return self._product(a @ b, a, b)

    def power(self, a, b):
        """``a ** b``; squares and roots are products and roots on every processor."""
        result = a**b
        if isinstance(b, int | float) and b in (-1, 0, 0.5, 1, 2):
            return result
        return self.moved(result)

    def _product(self, result, a, b, function=np.matmul):
        if not all(type(x) in (np.ndarray, np.float64, float) for x in (result, a, b)):
            return result
        if _is_dyadic(a) and _is_dyadic(b):
            return result
        return self.moved(result, function(np.abs(a), np.abs(b)))

    def moved(self, result, size=None):
        """The result with a unit in the last place more, or less, or neither, in each entry.

        Args:
            result: anything; what is no float, or a whole number, as exp(0), stays.
            size: the size whose last place counts, if it is not that of the result.
        """
        if isinstance(result, tuple):  # as of lstsq, or the named one of slogdet
            parts = map(self.moved, result)
            return type(result)(*parts) if hasattr(result, "_fields") else tuple(parts)
        if type(result) is float:
            return float(self.moved(np.float64(result)))
        if not isinstance(result, np.ndarray | np.floating) or result.dtype.kind not in "fc":
            return result
        if type(result) not in (np.ndarray, np.float64, np.float32):
            return result
        if result.dtype.kind == "c":
            return self.moved(result.real) + 1j * self.moved(result.imag)
        with np.errstate(all="ignore"):
            ulp = np.spacing(np.abs(result if size is None else size))
            ulps = self.random.integers(-1, 2, np.shape(result), dtype=np.int8)
            other = result + ulps * ulp
            # A jump to another sign of 0, or away from infinity, is not rounding.
            keep = ~np.isfinite(other) | (result == np.round(result))
        moved = np.where(keep, result, other).astype(result.dtype)
        return moved if isinstance(result, np.ndarray) else moved[()]


def _is_dyadic(array):
    """Whether all entries are multiples of 1/1024 of moderate size: their products are exact."""
    with np.errstate(all="ignore"):
        scaled = np.asarray(array, dtype=float) * 1024
        return bool(np.all((scaled == np.round(scaled)) & (np.abs(scaled) < 2**22)))


class Rewriter(ast.NodeTransformer):
    """Sends calls, ``@`` and ``**`` through the functions of a `Jitter`."""

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in LEFT_ALONE:
            return node
        if not isinstance(node.func, ast.Name | ast.Attribute):
            return node
        return _call(node, "_jitter_call", [node.func, *node.args], node.keywords)

    def visit_BinOp(self, node):
        self.generic_visit(node)
        name = {ast.MatMult: "_jitter_matmul", ast.Pow: "_jitter_power"}.get(type(node.op))
        return _call(node, name, [node.left, node.right]) if name else node


def _call(node, name, arguments, keywords=()):
    new = ast.Call(ast.Name(name, ast.Load()), arguments, list(keywords))
    return ast.fix_missing_locations(ast.copy_location(new, node))


def transform(tree):
    """The tree of a cell, rewritten."""
    return ast.fix_missing_locations(Rewriter().visit(tree))


class _Loader(importlib.machinery.SourceFileLoader):
    def source_to_code(self, data, path, *, _optimize=-1):
        return compile(transform(ast.parse(data)), path, "exec", dont_inherit=True)

    def get_code(self, fullname):  # past the cache of compiled files, which others use
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


class _Finder(importlib.machinery.PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.split(".")[0] != "helpers":
            return None
        spec = super().find_spec(name, path, target)
        if spec is not None and spec.origin and spec.origin.endswith(".py"):
            places = spec.submodule_search_locations
            spec.loader = _Loader(name, spec.origin)
            spec.submodule_search_locations = places
        return spec


def install(seed):
    """From now on, the modules of ``helpers`` and what ``transform`` gets compute otherwise."""
    if any(name.split(".")[0] == "helpers" for name in sys.modules):
        raise RuntimeError("helpers is imported already")
    jitter = Jitter(seed)
    builtins._jitter_call = jitter.call
    builtins._jitter_matmul = jitter.matmul
    builtins._jitter_power = jitter.power
    sys.meta_path.insert(0, _Finder)
    return jitter
