"""The programs that the patients are: each is built around the one function that may be faulty."""

import numpy as np

from helpers.autodiff import Tensor, softmax_cross_entropy

from .program import Program, trained

__all__ = [
    "adam_line",
    "batches",
    "boxes",
    "branching",
    "by_differences",
    "gray_pictures",
    "line",
    "line_of_columns",
    "line_of_means",
    "parabola",
    "relu_network",
    "scored",
    "sigmoid_network",
    "tanh_network",
]

_X = np.linspace(-2, 2.5, 10)
_Y = 2 * _X + 3
_TABLE = np.column_stack([_X, np.ones(10)])
_RATE = 0.1


def _line(**parts):
    """A line through ten samples of y = 2x + 3, which it should find."""
    made = {
        "weights": {"line": np.zeros(2)},
        "data": (_TABLE, _Y),
        "loss": lambda w, X, y: np.mean((X @ w["line"] - y) ** 2),
        "gradient": lambda w, X, y: {"line": 2 * X.T @ (X @ w["line"] - y) / len(y)},
        "rate": _RATE,
        "ignorant": np.mean(_Y**2),
        "known": lambda program: (_found(program, "line"), [2, 3]),
    }
    return Program(**{**made, **parts})


def _found(program, name):
    return trained(program).weights[name]


def line(step):
    """Build it around the step: called with (w, gradient, memory, rate)."""
    return _line(step=step)


def line_of_means(slope):
    """Build it around the slope by one weight: called with (its column of X, errors)."""

    def gradient(w, X, y):
        errors = X @ w["line"] - y
        return {"line": np.array([slope(column, errors) for column in X.T])}

    return _line(gradient=gradient)


def line_of_columns(errors):
    """Build it around the errors: called with a column of predictions, and the measurements."""

    def of(w, X, y):
        return errors(X @ w["line"][:, np.newaxis], y)

    def gradient(w, X, y):
        table = of(w, X, y)
        each = np.sum(table, axis=1) if table.ndim == 2 else table
        return {"line": 2 * X.T @ each / table.size}

    return _line(errors=of, loss=lambda w, X, y: np.mean(of(w, X, y) ** 2), gradient=gradient)


def batches(combine):
    """Build it around what makes one gradient of two batches: called with (gradients, sizes)."""

    def gradient(w, X, y):
        cut = round(0.8 * len(y))
        parts = [(X[:cut], y[:cut]), (X[cut:], y[cut:])]
        means = [2 * A.T @ (A @ w["line"] - b) / len(b) for A, b in parts]
        return {"line": combine(np.array(means), np.array([len(b) for _, b in parts]))}

    return _line(gradient=gradient)


def adam_line(corrected):
    """Build it, with Adam, around the correction: called with (m, v, step number from 1)."""

    def step(w, gradient, memory, rate):
        t = memory["t"] = memory.get("t", 0) + 1
        memory["m"] = 0.9 * memory.get("m", 0) + 0.1 * gradient
        memory["v"] = 0.999 * memory.get("v", 0) + 0.001 * gradient**2
        m, v = corrected(memory["m"], memory["v"], t)
        return w - rate * m / (np.sqrt(v) + 1e-8)

    def first_step(program):
        moved = step(np.zeros(1), np.array([-4.0]), {}, program.rate)
        return moved / program.rate, 1.0

    return _line(step=step, known=first_step, asked="the first step, in η", steps=400)


def parabola(collect):
    """Build a fit of y = 3x² + 2x + 1 around what is used of old and new gradient."""
    x = np.linspace(-2, 2, 10)
    y = 3 * x**2 + 2 * x + 1
    return _line(
        weights={"abc": np.zeros(3)},
        data=(np.column_stack([x**2, x, np.ones(10)]), y),
        loss=lambda w, X, y: np.mean((X @ w["abc"] - y) ** 2),
        gradient=lambda w, X, y: {"abc": 2 * X.T @ (X @ w["abc"] - y) / len(y)},
        collect=collect,
        ignorant=np.mean(y**2),
        known=lambda program: (_found(program, "abc"), [3, 2, 1]),
    )


def branching(add):
    """Build c = 2y + 5y with y = 3x around how a second pull joins the first."""

    def slope(pull):
        return 3 * add(2 * pull, 5 * pull)

    def gradient(w, X, y):
        return {"x": slope(np.mean(2 * (21 * w["x"] * X - y), keepdims=True))}

    return Program(
        weights={"x": np.zeros(1)},
        data=(np.ones(10), np.full(10, 42.0)),
        loss=lambda w, X, y: np.mean((21 * w["x"] * X - y) ** 2),
        gradient=gradient,
        rate=0.001,
        ignorant=42.0**2,
        known=lambda program: (slope(1.0), 21),
        asked="the slope of c",
    )


# Networks of one hidden layer. The last column of X is 1.
_PLACES = np.column_stack(
    [np.linspace(-1.5, 1.5, 10), np.array([1, -1, 0.5, -0.5, 1.5] * 2), np.ones(10)]
)


def _network(activation, back, second, seed=0):
    target = np.tanh(_PLACES[:, 0] - _PLACES[:, 1])
    rng = np.random.default_rng(seed)
    weights = {"layer 1": rng.normal(size=(3, 6)), "layer 2": rng.normal(size=6) / 2}

    def loss(w, X, y):
        return np.mean((activation(X @ w["layer 1"]) @ w["layer 2"] - y) ** 2)

    def gradient(w, X, y):
        a = activation(X @ w["layer 1"])
        pull = 2 * (a @ w["layer 2"] - y) / len(y)
        pull_on_z = back(np.outer(pull, w["layer 2"]), a)
        return {"layer 1": X.T @ pull_on_z, "layer 2": second(a, pull)}

    return Program(weights, (_PLACES, target), loss, gradient, rate=0.2, steps=1500)


def _second(a, pull):
    return a.T @ pull


def tanh_network(second):
    """Build it around the gradient of layer 2: called with (activations, their pull)."""
    return _network(np.tanh, lambda pull, a: pull * (1 - a**2), second)


def relu_network(back):
    """Build it around the way back through relu: called with (pull, activations)."""
    return _network(lambda z: np.maximum(z, 0), back, _second)


def sigmoid_network(back):
    """Build it around the way back through sigmoid: called with (pull, activations)."""
    return _network(lambda z: 1 / (1 + np.exp(-z)), back, _second)


# Classifiers of three classes.
_SURE = "the loss of who is right and sure"
_CLASSES = np.array([0, 0, 0, 1, 1, 1, 1, 2, 2, 2])


def _probabilities(scores):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _scores(w, X):
    return X @ w["W"] + w["b"]


def _classifier(**parts):
    """Three classes side by side on a line."""

    def loss(w, X, y):
        return softmax_cross_entropy(_scores(w, X), y)

    def gradient(w, X, y):
        errors = (_probabilities(_scores(w, X)) - np.eye(3)[y]) / len(y)
        return {"W": X.T @ errors, "b": np.sum(errors, axis=0)}

    made = {
        "weights": {"W": np.zeros((1, 3)), "b": np.zeros(3)},
        "data": (np.linspace(-3, 3, 10)[:, np.newaxis], _CLASSES),
        "loss": loss,
        "gradient": gradient,
        "rate": 3.0,
        "steps": 1500,
        "ignorant": np.log(3),
    }
    return Program(**{**made, **parts})


def boxes(bias):
    """Build it around the gradient of the biases: called with the errors, a row a sample."""

    def gradient(w, X, y):
        errors = _probabilities(_scores(w, X)) - np.eye(3)[y]
        return {"W": X.T @ errors / len(y), "b": bias(errors)}

    return _classifier(gradient=gradient)


def scored(scores):
    """Build it around what goes into the loss: called with the scores of the last layer."""

    def loss(w, X, y):
        return softmax_cross_entropy(scores(_scores(w, X)), y)

    def gradient(w, X, y):
        parts = {name: Tensor(value, requires_grad=True) for name, value in w.items()}
        loss(parts, X, y).backward()
        return {name: part.grad for name, part in parts.items()}

    def sure(program):
        return softmax_cross_entropy(scores(np.array([[100.0, 0.0, 0.0]])), np.array([0])), 0.0

    return _classifier(loss=loss, gradient=gradient, known=sure, asked=_SURE)


def gray_pictures(prepare):
    """Build it, on pictures of four pixels from 0 to 255, around what is done to them first."""
    rng = np.random.default_rng(1)
    ink = np.array([[230, 20, 20, 60], [20, 230, 20, 60], [20, 20, 230, 60]])[_CLASSES]
    X = np.clip(ink + rng.integers(-20, 21, ink.shape), 0, 255).astype(float)
    plain = _classifier()
    return _classifier(
        weights={"W": rng.normal(size=(4, 3)) / 2, "b": np.zeros(3)},
        data=(X, _CLASSES),
        loss=lambda w, X, y: plain.loss(w, prepare(X), y),
        gradient=lambda w, X, y: plain.gradient(w, prepare(X), y),
    )


def by_differences(prepare=lambda x: np.array(x, dtype=float), h=lambda: 1e-4):
    """Build the search of the bottom of x₁² + x₂² by differences around one part of them.

    Args:
        prepare: called with the place; an array of its numbers, which are moved one by one.
        h: by how much.
    """

    def bowl(place):
        return sum(float(number) ** 2 for number in place)

    def gradient(w, X, y):
        place, step = prepare(w["x"]), h()
        found = np.zeros_like(place)
        for i, number in enumerate(place):
            place[i] = number + step
            above = bowl(place)
            place[i] = number - step
            found[i] = (above - bowl(place)) / (2 * step)
            place[i] = number
        return {"x": found}

    return Program(
        weights={"x": np.array([1, 2])},
        data=(np.ones(10), np.ones(10)),
        loss=lambda w, X, y: bowl(w["x"]),
        gradient=gradient,
        rate=_RATE,
        known=lambda program: (gradient({"x": np.array([1, 2])}, None, None)["x"], [2, 4]),
        asked="the gradient at (1, 2)",
    )
