"""The exercises of notebook 05, "Learning rate"."""

import numpy as np

from .exercise import Exercise
from .lesson import Lesson

# The walk in ½ · 4x²: each step multiplies x by 1 - 4η.
fates = Exercise(
    name="fates",
    template="# 1 crawls, 2 arrives, 3 oscillates, 4 diverges; for η = 0.45, 0.002, 0.55, 0.2\n"
    "fates = {blank}  # four numbers in a list, such as [1, 1, 2, 2]",
    answer="[3, 1, 4, 2]",
    mistakes={
        "[1, 1, 4, 2]": "The first one, η = 0.45, is not slow: the factor is 1 - 1.8 = -0.8, and "
        "after twenty steps only 0.01 of the way is left. Look at its sign.",
        "[2, 1, 4, 2]": "The first one, η = 0.45, does get there, but how? The factor is "
        "1 - 1.8 = -0.8, and a negative factor changes sides at each step.",
        "[4, 1, 4, 2]": "The first one, η = 0.45, has the factor 1 - 1.8 = -0.8. The sign changes, "
        "and the size shrinks: 0.8 is less than 1.",
        "[3, 2, 4, 2]": "The second one, η = 0.002, goes the right way, but each step covers less "
        "than a hundredth of what is left: 0.992 multiplied by itself twenty times is 0.85.",
        "[3, 3, 4, 2]": "The second one, η = 0.002, has the factor 1 - 0.008 = 0.992, which is "
        "positive: it never changes sides.",
        "[3, 4, 4, 2]": "The second one, η = 0.002, has the factor 0.992, which is less than 1: "
        "it comes nearer at each step, if only by a little.",
        "[3, 1, 1, 2]": "The third one, η = 0.55, has the factor 1 - 2.2 = -1.2: its steps are "
        "anything but short.",
        "[3, 1, 2, 2]": "The third one, η = 0.55, has the factor 1 - 2.2 = -1.2: "
        "each step ends farther from the bottom than it began.",
        "[3, 1, 3, 2]": "The third one, η = 0.55, does change sides, as -1.2 is negative. "
        "But 1.2 is more than 1: is it coming nearer?",
        "[3, 1, 4, 1]": "The fourth one, η = 0.2, has the factor 1 - 0.8 = 0.2: "
        "four fifths of the way are gone after one step.",
        "[3, 1, 4, 3]": "The fourth one, η = 0.2, has the factor 1 - 0.8 = 0.2, which is positive: "
        "it stays on its side.",
        "[3, 1, 4, 4]": "The fourth one, η = 0.2, has the factor 1 - 0.8 = 0.2, which is less than "
        "1: it comes nearer.",
        "[4, 1, 3, 2]": "The first and the third have changed places: 1 - 4 · 0.45 = -0.8 comes "
        "nearer, and 1 - 4 · 0.55 = -1.2 does not.",
        "[2, 1, 4, 3]": "The first and the last have changed places: the factor of η = 0.45 is "
        "negative, and that of η = 0.2 is positive.",
        "[2, 1, 3, 2]": "These are the fates for 1 - 2η, the factor of x². Here the bend is 4: "
        "work out 1 - 4η.",
        "[2, 1, 2, 2]": "These are the fates for 1 - η, the factor for the bend 1. Here the bend "
        "is 4: work out 1 - 4η.",
        "[3, 2, 4, 1]": "The second and the fourth have changed places: 0.992 is slow, and 0.2 "
        "is fast.",
        "[1, 2, 3, 4]": "That is the order of the list of words. For each η, work out 1 - 4η.",
    },
    hints=(
        "Each step multiplies x by 1 - 4η. Work out the four factors.",
        "The factors are -0.8, 0.992, -1.2 and 0.2. A negative one changes sides.",
        "A factor between -1 and 1 shrinks x. Which of the four does not, and which one shrinks it "
        "so little that 0.85 of the way is left after twenty steps?",
    ),
    right="The factors are -0.8, 0.992, -1.2 and 0.2: from side to side, slow, away, and fast.",
)

_ONE = np.array([[2.5]])
_SKEW = np.array([[6.0, 2.0], [2.0, 3.0]])  # eigenvalues 2 and 7
_THREE = np.array([[4.0, 1.0, -2.0], [1.0, 5.0, 1.5], [-2.0, 1.5, 6.0]])  # 1.6, 5.4 and 8.0

eta_limit = Exercise(
    name="eta_limit",
    adopts=True,
    template="def eta_limit(H):  # H: a Hessian, symmetric, with positive eigenvalues\n"
    "    return {blank}",
    answer="2 / np.linalg.eigvalsh(H).max()",
    quantity="the limit",
    cases={
        "H = [[1, 0], [0, 20]]": (np.diag([1.0, 20.0]),),
        "H = [[6, 2], [2, 3]]": (_SKEW,),
        "H = [[2.5]]": (_ONE,),
        "a Hessian of three variables": (_THREE,),
    },
    mistakes={
        "1 / np.linalg.eigvalsh(H).max()": "At that η the walk begins to change sides, and still "
        "comes nearer: 1 - ηλ is 0 there. It diverges where 1 - ηλ falls below -1.",
        "2 / np.linalg.eigvalsh(H).min()": "That is where the direction that bends least would "
        "begin to diverge. The others have done so long before: which one is the first?",
        "2 / np.max(H)": "That takes the largest bend along an axis. A valley that lies askew "
        "bends more in a direction of its own: take eigenvalues.",
        "2 / np.linalg.eigvalsh(H)": "Those are the limits of all directions, one for each. "
        "The walk needs one η that suits all of them: which of these limits is that?",
        "2 / np.linalg.eigvalsh(H).sum()": "One η must suit each direction, not all of them added "
        "up. The direction that bends most is the first to diverge.",
        "2 / np.linalg.eigvalsh(H).mean()": "The mean hides the direction that bends most, and "
        "that one diverges first.",
        "np.linalg.eigvalsh(H).max()": "That is the largest bend λ. For which η is 1 - ηλ = -1?",
        "2 / (np.linalg.eigvalsh(H).min() + np.linalg.eigvalsh(H).max())": "That η is below the "
        "limit. The limit is where the largest bend alone makes 1 - ηλ = -1.",
        "2 * np.linalg.eigvalsh(H).max()": "From ηλ = 2 follows η = 2/λ: divide by the bend.",
        "2 / np.linalg.det(H)": "The determinant is the product of the eigenvalues. "
        "The limit depends on the largest one alone.",
    },
    hints=(
        "Each eigenvalue λ has a limit of its own, where 1 - ηλ = -1. Which of them comes first?",
        "`np.linalg.eigvalsh(H)` gives the eigenvalues alone, and `.max()` the largest of them.",
        "From 1 - ηλ = -1 follows η = 2/λ. Put the largest eigenvalue there.",
    ),
    right="The direction that bends most decides for all: the walk converges for η below 2/λmax.",
)

best_eta = Exercise(
    name="best_eta",
    adopts=True,
    template="def best_eta(lambdas):  # an array of positive eigenvalues\n    return {blank}",
    answer="2 / (lambdas.min() + lambdas.max())",
    quantity="the best η",
    cases=[
        (np.array([1.0, 5.0]),),
        (np.array([0.375, 0.01, 1.0, 0.1]),),
        (np.array([16.0, 3.0, 2.0]),),
        (np.array([20.0, 0.375]),),
    ],
    mistakes={
        "1 / (lambdas.min() + lambdas.max())": "Half of it. Solve 1 - η·λmin = η·λmax - 1: "
        "the two ones add up.",
        "2 / lambdas.max()": "That is the limit. There the largest bend has the factor -1 "
        "and goes back and forth without end.",
        "1 / lambdas.max()": "There the direction that bends most is done in one step, and the one "
        "that bends least is slow. A larger η makes that one faster, and a walk "
        "waits for its slowest direction.",
        "1 / lambdas.min()": "That is best for the direction that bends least, "
        "and far too long a step for the one that bends most.",
        "2 / lambdas.min()": "That is the limit of the direction that bends least, and far too "
        "long a step for the one that bends most.",
        "2 / (lambdas[0] + lambdas[1])": "Right for two directions. With three or more, it is the "
        "smallest and the largest that count, not the first two.",
        "2 / lambdas.sum()": "Right for two directions. With three or more, those in between do "
        "not count: their factors are smaller than those at the two ends.",
        "1 / lambdas.mean()": "Right for two directions. With three or more, the mean listens to "
        "those in between, whose factors are smaller than those at the two ends.",
        "2 / (lambdas.max() - lambdas.min())": "Where the two are equal in size, one factor is "
        "positive and one negative: 1 - η·λmin = -(1 - η·λmax). Mind the sign.",
        "1 / np.sqrt(lambdas.min() * lambdas.max())": "The geometric mean looks natural on a log "
        "scale. But the two factors are straight lines in η: set their sizes equal and solve.",
        "(lambdas.min() + lambdas.max()) / 2": "That is the bend in the middle. A large bend asks "
        "for a small η: turn the fraction round.",
        "(lambdas.max() - lambdas.min()) / (lambdas.max() + lambdas.min())": "That is the factor "
        "at the best η, and not the η itself.",
    },
    hints=(
        "At the best η, the slowest direction on the left of the V and the one on the right have "
        "factors of the same size. Which two eigenvalues are they?",
        "They are the smallest and the largest: 1 - η·λmin = -(1 - η·λmax). Solve for η.",
        "Bring the η to one side: η·(λmin + λmax) = 2.",
    ),
    right="There the flattest and the steepest direction shrink by factors of the same size. "
    "Any other η makes one of them slower.",
)


def _table(seed, rows, columns):
    chance = np.random.default_rng(seed)
    return chance.integers(-20, 20, (rows, columns)) / 8 * 10.0 ** np.arange(columns)


standardize = Exercise(
    name="standardize",
    adopts=True,
    template="def standardize(X):  # a row for each measurement, a column for each feature\n"
    "    return {blank}",
    answer="(X - X.mean(axis=0)) / X.std(axis=0)",
    variants={
        "(X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + 1e-5)": "The 1e-5 below the root keeps a "
        "column of equal numbers from being divided by 0.",
        "(X - X.mean(axis=0)) / (X.std(axis=0) + 1e-5)": "The 1e-5 keeps a column of equal "
        "numbers from being divided by 0.",
    },
    quantity="the standardized table",
    # In the first one, a mean along the wrong axis runs and can be told apart.
    cases={
        f"a table of {rows} rows and {columns} columns": (_table(seed, rows, columns),)
        for seed, rows, columns in ((3, 3, 3), (1, 5, 2), (2, 2, 4), (4, 6, 3))
    },
    mistakes={
        "(X - X.mean()) / X.std()": "One mean and one deviation for the whole table: the columns "
        "keep their different sizes. Each column needs its own: `axis=0`.",
        "(X - X.mean(axis=1)) / X.std(axis=1)": "`axis=1` takes the mean of each row, so of one "
        "hike over meters and kilometers. A column is a feature: `axis=0`.",
        "(X - X.mean(axis=0)) / X.std()": "The columns are centered, but one deviation for the "
        "whole table leaves them their sizes. Each needs its own: `axis=0` again.",
        "(X - X.mean()) / X.std(axis=0)": "The sizes are right, but one mean for the whole table "
        "centers no column. Each needs its own: `axis=0` again.",
        "(X - X.mean(axis=0)) / X.std(axis=0, ddof=1)": "With `ddof=1` the squares are divided by "
        "one less than the number of rows, which helps as well. Here take `X.std(axis=0)`.",
        "X / X.std(axis=0)": "The sizes are right now, but the columns are not centered: "
        "subtract the mean of each first.",
        "X - X.mean(axis=0)": "The columns are centered now. Divide each by its standard "
        "deviation, so that they have the same size.",
        "X - X.mean(axis=0) / X.std(axis=0)": "Python divides before it subtracts. "
        "Put the difference in parentheses.",
        "(X - X.mean(axis=0)) / X.var(axis=0)": "The variance is the square of the standard "
        "deviation: that divides once too often. Use `std`.",
        "(X - X.mean(axis=0)) * X.std(axis=0)": "That makes the large columns larger still. Divide "
        "by the standard deviation.",
        "X / X.max(axis=0)": "Now the largest number of each column is 1, which helps, too. "
        "To standardize is to subtract the mean and to divide by the standard deviation.",
        "(X - X.min(axis=0)) / (X.max(axis=0) - X.min(axis=0))": "That brings each column to 0 … "
        "1, which helps, too, but does not center it. Use mean and standard deviation.",
        "(X - X.std(axis=0)) / X.mean(axis=0)": "Mean and standard deviation have changed places.",
        "(X.mean(axis=0) - X) / X.std(axis=0)": "The sign is reversed: "
        "a long distance should stay on the positive side.",
    },
    hints=(
        "Two things for each column: move its middle to 0, then bring its size to 1.",
        "`X.mean(axis=0)` holds the mean of each column, and `X.std(axis=0)` its standard deviation"
        ". NumPy applies them to every row.",
        "Subtract the means, in parentheses, then divide by the standard deviations.",
    ),
    right="Each column has mean 0 and standard deviation 1 now, whatever its units were.",
)


# The losses of `helpers.explorers.fates.four_losses`.
curves = Exercise(
    name="curves",
    template="# 1 crawls, 2 arrives, 3 never settles, 4 diverges\n"
    "curves = {blank}  # four numbers in a list, for A, B, C and D",
    answer="[2, 4, 1, 3]",
    mistakes={
        "[2, 4, 3, 1]": "C and D have changed places. C falls all the time, only slowly; D goes up "
        "and down and comes no lower.",
        "[1, 4, 2, 3]": "A and C have changed places: A falls to almost nothing, and C has hardly "
        "begun.",
        "[3, 4, 1, 2]": "A and D have changed places: a walk that arrives has a loss that goes on "
        "falling, as A does. D goes up and down at the same height.",
        "[2, 3, 1, 4]": "B and D have changed places: D stays high, but does not grow; B leaves "
        "the picture at the top.",
        "[2, 4, 1, 1]": "D does not crawl: a walk that crawls falls at each step, if only by a "
        "little, and D goes up and down.",
        "[2, 4, 1, 2]": "D does not arrive: its loss stays above 1, and goes up and down.",
        "[2, 4, 2, 3]": "C has not arrived: after 60 steps the greater part of its loss is left.",
        "[2, 4, 3, 3]": "C falls at each step, so it is on its way. A walk that never settles "
        "goes up and down.",
        "[2, 4, 1, 4]": "D does not diverge: it goes up and down, but after 60 steps it is no "
        "higher than after ten.",
        "[2, 3, 1, 3]": "B does not go up and down at one height: it leaves the picture at the "
        "top.",
        "[1, 2, 3, 4]": "That is the order of the list of words. Look at each curve: does it fall, "
        "fall slowly, go up and down, or grow?",
    },
    hints=(
        "Which curve leaves the picture at the top? And which one reaches almost nothing?",
        "Two stay high. One of them falls at each step, the other goes up and down.",
        "B diverges and A arrives. Falling slowly is crawling: that is C.",
    ),
    right="For C try a larger η, for D a smaller one: the curve alone tells which.",
)


class _LossOfWalk:
    """The loss after a walk down a valley; infinite for every walk beyond the budget.

    Far beyond it, it raises an exception: a check is not to wait for a million walks.
    """

    def __init__(self, bends, steps, budget):
        self.bends, self.steps, self.left = np.array(bends), steps, budget

    def __call__(self, eta):
        self.left -= 1
        if self.left < -1000:
            raise RuntimeError("more than a thousand walks beyond the budget")
        if self.left < 0:
            return np.inf
        with np.errstate(over="ignore"):
            factors = np.abs(1 - eta * self.bends) ** self.steps
            return float(np.sum(self.bends * factors**2) / 2)

    def __eq__(self, other):
        # Being called is no change that a reader could have avoided.
        return type(other) is type(self) and np.array_equal(self.bends, other.bends)

    __hash__ = None


find_rate = Exercise(
    name="find_rate",
    adopts=True,
    template=(
        "def find_rate(loss_after, low, high, budget):\n"
        "    rates = {blank}  # budget of them, low and high included\n"
        "    return min(rates, key=loss_after)"
    ),
    answer="np.geomspace(low, high, budget)",
    quantity="the best rate of the log grid",
    cases={
        "bends 0.5 and 1, from 0.5 to 2.5, budget 5": (_LossOfWalk([0.5, 1], 10, 5), 0.5, 2.5, 5),
        "bends 1 and 20, from 0.0001 to 1, budget 9": (_LossOfWalk([1, 20], 30, 9), 1e-4, 1.0, 9),
        "bends 10 and 3000, from 1e-6 to 0.1, budget 11": (
            _LossOfWalk([10, 3000], 30, 11),
            1e-6,
            0.1,
            11,
        ),
        "bends 0.5 and 2, from 0.01 to 100, budget 13": (
            _LossOfWalk([0.5, 2], 5, 13),
            0.01,
            100.0,
            13,
        ),
    }
    # One step at the rate 1/bend ends at the bottom: each rate of the grid is the best one once.
    | {
        f"a bend of {bend:g}, from {low:g} to {high:g}, budget 4": (
            *(_LossOfWalk([bend], 1, 4), low, high, 4),
        )
        for bend, low, high in (
            *((2000, 0.0005, 0.5), (200, 0.0005, 0.5), (20, 0.0005, 0.5), (2, 0.0005, 0.5)),
            *((0.02, 0.5, 2.0), (0.05, 0.5, 20.0)),
        )
    },
    mistakes={
        "np.linspace(low, high, budget)": "Those are evenly spaced numbers: nearly all of them lie "
        "in the highest power of ten, and the small rates are never tried.",
        "np.logspace(low, high, budget)": "That takes `low` and `high` as exponents, and goes from "
        "`10**low` to `10**high`. `np.geomspace` takes the ends themselves.",
        "np.geomspace(low, high, budget + 1)": "The rates that the budget pays for stop one short "
        "of the highest. Both ends belong to the grid, and `budget` counts them both.",
        "np.geomspace(low, high)": "Without a third argument these are 50 rates, "
        "more than the budget allows.",
        "np.geomspace(low, high, 16)": "Sixteen were the rates of the search above. Here `budget` "
        "says how many there are.",
        "np.geomspace(low, high, budget - 1)": "One walk of the budget is left over, "
        "and the grid is coarser than it could be.",
        "[low, high]": "Those are the two ends alone. The good rates lie in between.",
        "np.array([(low + high) / 2])": "That is a single try, halfway between the ends.",
        "np.array([np.sqrt(low * high)])": "That is a single try, in the middle of the log scale. "
        "Spend the whole budget.",
        "np.arange(low, high, (high - low) / budget)": "Those are evenly spaced numbers, without "
        "the last one. On a log scale the *ratio* of neighbors is always the same.",
    },
    hints=(
        "On a log scale, neighbors have the same ratio. Which function of NumPy makes such a row?",
        "`np.linspace` keeps the difference the same, `np.geomspace` the ratio.",
        "`np.geomspace` takes the first, the last, and how many.",
    ),
    right="The same ratio from each rate to the next: every power of ten gets its share of the "
    "budget.",
)

cosine = Exercise(
    name="cosine",
    adopts=True,
    template="def cosine(step, steps, high, low):\n    return {blank}",
    answer="low + (high - low) * (1 + np.cos(np.pi * step / steps)) / 2",
    quantity="the rate",
    cases=[
        (0, 100, 0.3, 0.01),
        (25, 100, 0.3, 0.01),
        (50, 100, 0.3, 0.01),
        (75, 100, 0.3, 0.01),
        (100, 100, 0.3, 0.01),
        (10, 40, 3.0, 0.25),
        (7, 8, 2.5, 0.125),
    ],
    mistakes={
        "low + (high - low) * np.cos(np.pi * step / steps)": "The cosine goes from 1 to -1, so "
        "this ends below `low`. Add 1 and halve it first, and it goes from 1 to 0.",
        "low + (high - low) * (1 + np.cos(np.pi * step / steps))": "The half is missing: "
        "1 + cos goes from 2 to 0, and the first rate is too large.",
        "low + (high - low) * (1 - np.cos(np.pi * step / steps)) / 2": "That rises from `low` to "
        "`high`: the sign in front of the cosine is reversed.",
        "high * (1 + np.cos(np.pi * step / steps)) / 2": "That goes from `high` to 0. "
        "The last rate is to be `low`.",
        "low + high * (1 + np.cos(np.pi * step / steps)) / 2": "That goes from high + low to low. "
        "What has to shrink to nothing is the difference, high - low.",
        "low + (high - low) * (1 + np.cos(step / steps)) / 2": "At the last step the angle must be "
        "half a turn, which is π: `np.pi` is missing.",
        "low + (high - low) * (1 + np.cos(np.pi * step)) / 2": "The angle must reach π at the last "
        "step and no sooner: divide `step` by `steps`.",
        "low + (high - low) * (1 - np.cos(np.pi * step / steps))": "At the first step this is "
        "`low`, and it rises: the sign in front of the cosine is reversed, and a half is missing.",
        "low + (high - low) * (1 + np.cos(2 * np.pi * step / steps)) / 2": "That is a whole wave: "
        "it is back at `high` at the end. Half a wave goes to π.",
        "low + (high - low) * (1 + np.cos(180 * step / steps)) / 2": "`np.cos` wants radians: half "
        "a turn is π, and not 180.",
        "low + (high - low) * np.cos(np.pi / 2 * step / steps)": "That is a quarter of a wave: it "
        "begins level and ends steep. Half a wave is level at both ends.",
        "high + (low - high) * step / steps": "That is the straight line from `high` to `low`, "
        "the linear schedule.",
        "(high + low) * (1 + np.cos(np.pi * step / steps)) / 2": "That goes from high + low to 0. "
        "Begin with `low`, and add a part of the difference that shrinks from 1 to 0.",
    },
    hints=(
        "The cosine goes from 1 at the angle 0 to -1 at π. What must be done to it to go from 1 to "
        "0 instead?",
        "`(1 + np.cos(angle)) / 2` goes from 1 to 0, where the angle is `np.pi * step / steps`.",
        "Begin with `low`, and add that part of the difference `high - low`.",
    ),
    right="Level at both ends: it stays near `high` for a while, falls fastest halfway, and comes "
    "in softly at `low`.",
)

lesson = Lesson(
    "05_learning_rate",
    fates,
    eta_limit,
    best_eta,
    standardize,
    curves,
    find_rate,
    cosine,
)
