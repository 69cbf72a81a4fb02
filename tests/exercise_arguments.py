"""Random arguments for every exercise that asks for a function.

Two answers that agree on all of them mean the same. So they have all signs, unequal shapes, no
order, no symmetry, and where an answer compares, they lie on both sides of the border and on it.
Exercises are known by what their function takes, such as "slope(f, x, h)", wherever they stand.
"""

import numpy as np

GENERATORS = {}
MANY = 24


def call_of(exercise):
    """How an exercise's function is called: "slope(f, x, h)"."""
    return f"{exercise.variable}({', '.join(exercise.parameters)})"


def random_arguments(exercise):
    """A list of tuples of arguments, the same on every call."""
    generate = GENERATORS.get(call_of(exercise))
    if generate is None and all(
        type(value) is float for case in _cases(exercise) for value in case
    ):
        generate = _like(_cases(exercise))
    assert generate, f"{call_of(exercise)} needs a generator in {__name__}"
    return [generate(np.random.default_rng(seed), seed) for seed in range(MANY)]


def _cases(exercise):
    cases = exercise.cases
    return list(cases.values() if hasattr(cases, "values") else cases)


def _like(cases):
    """For functions of single numbers: any numbers within the range of the cases and twice that."""
    low, high = np.min(cases, axis=0), np.max(cases, axis=0)
    room = (high - low) / 2 * (low < 0)
    return lambda chance, seed: tuple(map(float, chance.uniform(low - room, high + room)))


def arguments_of(*calls):
    """Register a generator for exercises that are called like this."""

    def register(generate):
        GENERATORS.update(dict.fromkeys(calls, generate))
        return generate

    return register


def signed(chance, *shape):
    """Numbers of both signs, none of them near 0: an array, or a float where no shape is given."""
    numbers = chance.choice([-1, 1], shape) * chance.uniform(0.3, 3, shape)
    return numbers if shape else float(numbers)


def positive(chance, *shape):
    """Numbers between 0.2 and 4: an array, or a float where no shape is given."""
    numbers = chance.uniform(0.2, 4, shape)
    return numbers if shape else float(numbers)


def sides(chance, seed):
    """Two lengths from 2 to 6: mostly unequal, and equal in one case of four."""
    first, second = chance.choice(np.arange(2, 7), 2, replace=False)
    return (first, second) if seed % 4 else (first, first)


@arguments_of("slope(f, x, h)")
def _(chance, seed):
    cubic = np.poly1d(signed(chance, 4))
    x = signed(chance, 3) if seed % 3 == 0 else signed(chance)
    return lambda x: cubic(x), x, signed(chance)  # a plain function, as a reader would write


@arguments_of("partial_x(f, x, y, h)", "partial_y(f, x, y, h)")
def _(chance, seed):
    a, b, c, d, e = signed(chance, 5)

    def f(x, y):
        return a * x**2 * y + b * x * y**2 + c * np.sin(x) + d * y + e

    return f, signed(chance), signed(chance), signed(chance)


@arguments_of("step_direction(slope_here)")
def _(chance, seed):
    return (0.0 if seed == 0 else signed(chance) * 10.0 ** chance.integers(-2, 2),)


@arguments_of("swing_slope(x)")
def _(chance, seed):
    return (signed(chance),)


@arguments_of("pond_x(x, y)", "pond_y(x, y)", "local_times(a, b)")
def _(chance, seed):
    return signed(chance), signed(chance)


@arguments_of("dual_exp(value, slope)")
def _(chance, seed):
    return signed(chance), signed(chance)


@arguments_of("level_direction(east, north)")
def _(chance, seed):
    straight = [(2.0, 0.0), (0.0, 1.5), (-1.0, 0.0), (0.0, -0.5)]
    return straight[seed] if seed < len(straight) else (signed(chance), signed(chance))


@arguments_of("dJ_dw(w, b, x, y)", "dJ_db(w, b, x, y)")
def _(chance, seed):
    m = chance.integers(2, 7)
    return signed(chance), signed(chance), signed(chance, m), signed(chance, m)


@arguments_of("unit_vector(v)")
def _(chance, seed):
    return (signed(chance, chance.integers(2, 5)),)


@arguments_of("slope_towards(gradient, v)")
def _(chance, seed):
    n = chance.integers(2, 5)
    return signed(chance, n), signed(chance, n)


def _cubic(chance, n):
    """A function of n variables, and its gradient."""
    linear, square, cube, mixed = signed(chance, 4, n)

    def f(p):
        return np.sum(linear * p + square * p**2 + cube * p**3) + np.prod(mixed * p)

    def grad(p):
        others = np.array([np.prod(np.delete(mixed * p, i)) for i in range(n)])
        return linear + 2 * square * p + 3 * cube * p**2 + mixed * others

    return f, grad


@arguments_of("numerical_gradient(f, point, h)")
def _(chance, seed):
    n = chance.integers(1, 5)
    return _cubic(chance, n)[0], signed(chance, n), 10.0 ** chance.uniform(-5, 0)


@arguments_of("grad_J(X, y, w)")
def _(chance, seed):
    m, n = sides(chance, seed)
    return signed(chance, m, n), signed(chance, m), signed(chance, n)


@arguments_of("walk(slope, x, learning_rate, steps)")
def _(chance, seed):
    a, b = signed(chance, 2)
    wave = lambda x: a * np.sin(x) + b  # noqa: E731
    x = signed(chance, 3) if seed % 3 == 0 else signed(chance)
    return wave, x, positive(chance) / 5, int(chance.integers(1, 6))


@arguments_of("descend(grad, start, learning_rate, steps)")
def _(chance, seed):
    n = chance.integers(1, 5)
    turn, shift = signed(chance, n, n), signed(chance, n)
    return (
        lambda p: np.sin(turn @ p) + shift,
        signed(chance, n),
        positive(chance) / 10,
        int(chance.integers(1, 6)),
    )


@arguments_of("stop(step, steps, gradient, small_gradient, change, small_change)")
def _(chance, seed):
    steps = int(chance.integers(5, 200))

    def vector_and_limit(side):
        # Lengths of 5, 10, 15, exactly, in one to three dimensions and all directions.
        n = chance.integers(1, 4)
        parts = [[5.0], [3.0, 4.0], [1.0, 2.0, 2.0]][n - 1]
        vector = chance.choice([-1, 1], n) * chance.permutation(parts) * chance.choice([1, 2, 4])
        return vector, float(np.linalg.norm(vector) * [0.5, 1, 2][side])

    first, second, third = seed % 3, seed // 3 % 3, (seed + seed // 9) % 3
    gradient, small_gradient = vector_and_limit(first)
    change, small_change = vector_and_limit(second)
    step = steps + (-1, 0, 1)[third] * int(chance.integers(1, 4))
    return step, steps, gradient, small_gradient, change, small_change


@arguments_of("which_valley(end, minima)")
def _(chance, seed):
    k, n = chance.integers(2, 6), 2
    return signed(chance, n), signed(chance, k, n)


@arguments_of("grad_J(line, x, y)")
def _(chance, seed):
    m = chance.integers(2, 7)
    return signed(chance, 2), signed(chance, m), signed(chance, m)


@arguments_of("summed(w, X, y)", "mse_gradient(w, X, y)")
def _(chance, seed):
    n, m = sides(chance, seed)
    n = 1 if seed % 3 == 0 else n
    return signed(chance, 1, n), signed(chance, n, m), signed(chance, m)


@arguments_of("back_through_relu(pull, a)")
def _(chance, seed):
    shape = sides(chance, seed)
    a = np.maximum(signed(chance, *shape), 0)
    a.flat[seed % 2] = 0
    return signed(chance, *shape), a


@arguments_of("add_pulls(first, second)", "use(kept, new)")
def _(chance, seed):
    shape = (seed % 4 + 1,) if seed % 3 else ()
    return signed(chance, *shape), signed(chance, *shape)


@arguments_of("join_batches(means, sizes)")
def _(chance, seed):
    batches, n = sides(chance, seed)
    return signed(chance, batches, n), chance.permutation(np.arange(1, batches + 1) ** 2)


@arguments_of("column_of_errors(prediction, y)")
def _(chance, seed):
    m = int(chance.integers(2, 7))
    return signed(chance, m, 1), signed(chance, m)


@arguments_of("eta_limit(H)")
def _(chance, seed):
    n = chance.integers(1, 5)
    root = signed(chance, n, n)
    return (root @ root.T + 0.1 * np.eye(n),)


@arguments_of("best_eta(lambdas)")
def _(chance, seed):
    return (positive(chance, chance.integers(2, 6)),)


@arguments_of("standardize(X)", "normalize_rows(z)", "to_b(g)")
def _(chance, seed):
    rows, columns = sides(chance, seed)
    return ((signed(chance, rows, columns) + signed(chance, columns)) * positive(chance, columns),)


@arguments_of("find_rate(loss_after, low, high, budget)")
def _(chance, seed):
    from helpers.exercises.lesson_05 import _LossOfWalk

    budget, low = int(chance.integers(2, 8)), 10.0 ** chance.uniform(-5, 0)
    high = low * 10.0 ** chance.uniform(0.5, 4)
    # One step at the rate 1/bend ends at the bottom: this rate of the grid is the best one.
    bend = 1 / np.geomspace(low, high, budget)[seed % budget] if seed % 4 else 0.5 / high
    return _LossOfWalk([bend], 1, budget), low, high, budget


@arguments_of("cosine(step, steps, high, low)")
def _(chance, seed):
    steps = int(chance.integers(3, 200))
    step = (0, steps, int(chance.integers(0, steps)))[seed % 3]
    return step, steps, 1 + positive(chance), positive(chance) / 4


@arguments_of("batch_gradient(line, x, y, batch)")
def _(chance, seed):
    n = int(chance.integers(4, 9))
    # Of another size than all samples, as otherwise two shapes would fit by chance.
    size = n + 1 if seed % 5 == 0 else int(chance.integers(2, n))
    batch = chance.integers(0, n, size)
    return signed(chance, 2), signed(chance, n), signed(chance, n), batch


@arguments_of("velocity(v, g, beta)")
def _(chance, seed):
    n = chance.integers(1, 4)
    return signed(chance, n), signed(chance, n), float(chance.uniform(0, 1))


@arguments_of("look_ahead(p, v, eta, beta)", "adamw_change(p, adam, eta, decay)")
def _(chance, seed):
    n = chance.integers(1, 4)
    return signed(chance, n), signed(chance, n), *map(float, chance.uniform(0.05, 1, 2))


@arguments_of("adam_change(m, s, t, eta, beta1, beta2, eps)")
def _(chance, seed):
    n, t = chance.integers(1, 4), 1 + seed % 6
    betas = map(float, chance.uniform(0.3, 0.95, 2))
    return signed(chance, n), positive(chance, n), t, positive(chance), *betas, positive(chance)


@arguments_of("local_exp(y)")
def _(chance, seed):
    return (positive(chance),)


@arguments_of("local_tanh(y)")
def _(chance, seed):
    return (float(chance.uniform(-1, 1)),)


@arguments_of("pass_on(found, partial, gradient)")
def _(chance, seed):
    return signed(chance), signed(chance), signed(chance)


@arguments_of("better_mode(inputs, outputs)")
def _(chance, seed):
    # Never equal: then both modes are right.
    few, many = sorted(map(int, chance.choice(np.arange(1, 200), 2, replace=False)))
    few = 1 if seed % 5 == 0 else few
    return (few, many) if seed % 2 else (many, few)


@arguments_of("gap(f, gradient, x, u, h)")
def _(chance, seed):
    n = chance.integers(2, 5)
    direction = signed(chance, n)
    f, _ = _cubic(chance, n)
    return f, signed(chance, n), signed(chance, n), direction / np.linalg.norm(direction)


@arguments_of("most_that_passes(layers)")
def _(chance, seed):
    return (int(seed % 12 + 1),)


@arguments_of("he_std(n)")
def _(chance, seed):
    return (int(chance.integers(1, 600)),)


@arguments_of("std_of_z(n, std_w, rms_x)")
def _(chance, seed):
    return int(chance.integers(1, 600)), positive(chance), positive(chance)


@arguments_of("layer_factor(n, var_w, mean_square_slope)")
def _(chance, seed):
    return int(chance.integers(2, 600)), positive(chance) / 100, positive(chance) / 4.5


@arguments_of("residual_layer(z, W)")
def _(chance, seed):
    rows, columns = sides(chance, seed)
    return signed(chance, rows, columns), signed(chance, columns, columns)


@arguments_of("clip(gradient, max_norm)")
def _(chance, seed):
    gradient = signed(chance, chance.integers(1, 5))
    share = chance.choice([0.2, 0.7, 1.5, 5])
    return gradient, float(np.linalg.norm(gradient) * share)


@arguments_of("go_back(values, pass_on)")
def _(chance, seed):
    from helpers.exercises.lesson_06 import _graph, _pass_on

    count = int(chance.integers(2, 5))  # steps; each box points to one to three later ones
    steps = [
        [
            (int(parent), signed(chance))
            for parent in chance.integers(i + 1, count + 1, 1 + seed % 3)
        ]
        for i in range(count)
    ]
    return _graph(*steps), _pass_on


@arguments_of("to_left(g, X, W)")
def _(chance, seed):
    n, k, m = (int(side) for side in chance.integers(2, 5, 3))
    return signed(chance, n, m), signed(chance, n, k), signed(chance, k, m)


@arguments_of("to_each(g, a)")
def _(chance, seed):
    return signed(chance), signed(chance, *sides(chance, seed))


@arguments_of("step_down(W, g, eta)")
def _(chance, seed):
    shape = sides(chance, seed)
    return signed(chance, *shape), signed(chance, *shape), positive(chance)


@arguments_of("softmax(scores)")
def _(chance, seed):
    return (signed(chance, *sides(chance, seed)) + (1000 if seed % 6 == 0 else 0),)


@arguments_of("cross_entropy(p, labels)", "score_gradient(p, labels)")
def _(chance, seed):
    rows, columns = sides(chance, seed)
    p = positive(chance, rows, columns)
    return p / p.sum(axis=1, keepdims=True), chance.integers(0, columns, rows)


@arguments_of("numbers_in(n, m)")
def _(chance, seed):
    return int(chance.integers(1, 100)), int(chance.integers(1, 100))


@arguments_of("pick_rate(rates, losses)")
def _(chance, seed):
    n = int(chance.integers(5, 40))
    return np.geomspace(positive(chance) / 1000, positive(chance) * 30, n), positive(chance, n)


@arguments_of("accuracy(scores, labels)")
def _(chance, seed):
    rows, columns = sides(chance, seed)
    scores = signed(chance, rows, columns)
    # Some right, some wrong.
    other = chance.integers(0, columns, rows)
    return scores, np.where(chance.random(rows) < 0.5, scores.argmax(axis=1), other)


@arguments_of("place(labels, answers)")
def _(chance, seed):
    return tuple(chance.integers(0, 10, (2, int(chance.integers(3, 40)))))


@arguments_of("more_ink(ink, slope, eta)")
def _(chance, seed):
    shape = sides(chance, seed)
    return chance.uniform(0, 1, shape), signed(chance, *shape) / 2, positive(chance)
