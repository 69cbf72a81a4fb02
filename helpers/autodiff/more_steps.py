"""What the engines of notebooks 06 and 07 take from here: steps, an order, a program."""

import numpy as np

__all__ = ["MoreSteps", "everyday_program", "order"]


class MoreSteps:
    """Logarithm, sine, relu, powers, and all signs that are made of + and ·, for boxes in a graph.

    For a class whose objects hold a number in `data`, are made by ``(data, arrows, sign)``, where
    arrows are pairs of a parent and the local derivative by it, and can already be added to and
    multiplied by each other and plain numbers.
    """

    def log(self):
        """Return the natural logarithm."""
        return type(self)(np.log(self.data), [(self, 1 / self.data)], "ln")

    def sin(self):
        """Return the sine."""
        return type(self)(np.sin(self.data), [(self, np.cos(self.data))], "sin")

    def relu(self):
        """Return max(0, x), with the slope 0 at 0."""
        return type(self)(max(self.data, 0.0), [(self, float(self.data > 0))], "relu")

    def __pow__(self, p):
        """Return the power, for a plain number p."""
        slope = p * self.data ** (p - 1)
        return type(self)(self.data**p, [(self, slope)], f"to the {p}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + other * -1

    def __truediv__(self, other):
        return self * other**-1

    # Python calls these where the left side is a plain number.

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return self * -1 + other

    def __rtruediv__(self, other):
        return self**-1 * other


def order(box):
    """Return all boxes that one is made of, itself first, each before its parents.

    A box has a `number`, higher than those of its parents, and `arrows`, pairs of a parent and
    whatever else. Without recursion, as notebook 06 builds it.
    """
    found, seen = [box], {box}
    for one in found:
        for parent, _ in one.arrows:
            if parent not in seen:
                seen.add(parent)
                found.append(parent)
    return sorted(found, key=lambda one: one.number, reverse=True)


def everyday_program(a, b):
    """Return g of the example on the front page of A. Karpathy's micrograd, for two boxes a and b.

    It holds most of what Python's signs can do. Source: https://github.com/karpathy/micrograd.
    """
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    f = (c - d) ** 2
    return f / 2.0 + 10.0 / f
