"""What an exercise's answers are compared with, computed when the first answer comes."""

import copy
import inspect
import itertools
import time
from collections.abc import Mapping
from functools import cached_property

import numpy as np

from .attempt import observe
from .reading import raised, read, shorten, show


class Key:
    """The cases of one exercise, and what is known to come out of them.

    Args:
        exercise: an `Exercise`.
    """

    def __init__(self, exercise):
        self._exercise = exercise

    @cached_property
    def arguments(self):
        """A tuple of arguments for each case; for a value, one case without any."""
        cases = self._exercise.cases
        if not self._exercise.is_function:
            return [()]
        return list(cases.values() if isinstance(cases, Mapping) else cases)

    @cached_property
    def labels(self):
        """What a message calls each case."""
        cases = self._exercise.cases
        if isinstance(cases, Mapping):
            return list(cases)
        return [
            ", ".join(
                f"{name} = {_shown(value)}"
                for name, value in zip(self._exercise.parameters, arguments, strict=False)
            )
            for arguments in self.arguments
        ]

    @cached_property
    def solution(self):
        """The function or the value that is right."""
        return self._exercise.written(self._exercise.answer)

    @cached_property
    def pace(self):
        """The seconds that the solution takes for all cases: the yardstick for other answers."""
        if not self._exercise.is_function:
            return 0.0
        spans = []
        for _ in range(2):  # the better one, as the first may load what the second finds
            begin = time.perf_counter()
            self._readings(self.solution)
            spans.append(time.perf_counter() - begin)
        return min(spans)

    @cached_property
    def expected(self):
        """The right `Reading` of each case."""
        return self._readings(self._exercise.oracle or self.solution)

    @cached_property
    def blanks(self):
        """What stands in the blank in each case, where that is not what is returned; or []."""
        name = self._exercise.blank
        return [read(variables[name]) for variables in self._variables] if name else []

    @cached_property
    def mistaken(self):
        """The words of each typical mistake, and its readings."""
        return [
            (words, self._readings(self._exercise.written(expression), may_raise=True))
            for expression, words in self._exercise.mistakes.items()
        ]

    @cached_property
    def variants(self):
        """The words of each other right answer, and its readings."""
        return [
            (words, self._readings(self._exercise.written(expression)))
            for expression, words in self._exercise.variants.items()
        ]

    # What a wrong answer may be related to.

    @cached_property
    def quantities(self):
        """Numbers by name, one for each case, that may be a factor: `h`, `len(y)`, a length."""
        found = {}
        for name in self._given_names:
            values = [given[name] for given in self._given]
            arrays = [np.asarray(v) if _is_numeric(v) else None for v in values]
            if any(array is None for array in arrays):
                continue
            if all(array.ndim == 0 for array in arrays):
                found[f"`{name}`"] = [float(array) for array in arrays]
            elif all(array.ndim == 1 for array in arrays):
                found[f"`len({name})`"] = [len(array) for array in arrays]
                found[f"the length of `{name}`"] = [np.linalg.norm(array) for array in arrays]
            elif all(array.ndim == 2 for array in arrays):
                found[f"`{name}.size`"] = [array.size for array in arrays]
                found[f"`{name}.shape[0]`"] = [array.shape[0] for array in arrays]
                found[f"`{name}.shape[1]`"] = [array.shape[1] for array in arrays]
        return found

    @cached_property
    def known(self):
        """Arrays by name, one for each case, that an answer may be instead of the right one."""
        found = {}
        for name in self._given_names:
            values = [given[name] for given in self._given]
            if all(_is_numeric(value) for value in values):
                found[f"`{name}`"] = values
        for label, function in self._functions():
            for values in self._calls(function):
                found.setdefault(label.format(values[0]), values[1])
        readings = {name: [np.asarray(v, dtype=float) for v in found[name]] for name in found}
        return {name: values for name, values in readings.items() if not self._is_right(values)}

    def _functions(self):
        """Functions that readers may confuse with their own, and what to call their results."""
        exercise = self._exercise
        if not exercise.is_function:
            return
        asked = {other.variable for other in (exercise, *exercise.siblings)}
        around = [other.namespace(other.answer) for other in (exercise, *exercise.siblings)]
        for name, value in itertools.chain.from_iterable(names.items() for names in around):
            if inspect.isfunction(value) and name not in asked:
                yield f"`{name}({{}})`, the value of the function", value
        for name, value in zip(exercise.parameters, self.arguments[0], strict=False):
            if callable(value):
                yield f"`{name}({{}})`, the value of the function", name
        for other in exercise.siblings:
            if other.is_function:
                yield f"the answer to the exercise `{other.name}`", other.key.solution

    def _calls(self, function):
        """The results of a function (or of the argument of that name) on arguments that fit it."""
        first = self._given[0][function] if isinstance(function, str) else function
        try:
            signature = inspect.signature(first).parameters.values()
        except (TypeError, ValueError):
            return
        inner = [needed.name for needed in signature if needed.default is inspect.Parameter.empty]
        given = self._given[0]
        plain = [n for n in self._exercise.parameters if n in given and not callable(given[n])]
        if set(inner) <= set(self._exercise.parameters):
            choices = [inner]
        elif isinstance(function, str):
            choices = [plain[i : i + len(inner)] for i in range(len(plain) - len(inner) + 1)]
        else:
            return
        for names in choices:
            try:
                with np.errstate(all="ignore"):
                    values = [_called(given, function, names) for given in self._given]
            except Exception:  # it was not made for such arguments
                continue
            if all(_is_numeric(value) for value in values):
                yield ", ".join(names), values

    def _is_right(self, values):
        return all(
            reading.kind == "number"
            and reading.value.shape == value.shape
            and np.allclose(reading.value, value)
            for reading, value in zip(self.expected, values, strict=True)
        )

    @cached_property
    def _variables(self):
        """The local variables of the solution at its end, for each case."""
        with np.errstate(all="ignore"):
            return [observe(self.solution, copy.deepcopy(given)) for given in self.arguments]

    @cached_property
    def _given(self):
        """The arguments of each case and the solution's own variables, by name."""
        if not self._exercise.is_function:
            return [{}]
        names = self._exercise.parameters
        return [
            variables | dict(zip(names, arguments, strict=False))
            for variables, arguments in zip(self._variables, self.arguments, strict=True)
        ]

    @property
    def _given_names(self):
        # Without what fills the blank, which is the right answer itself.
        names = [name for name in self._given[0] if name != self._exercise.blank]
        return [name for name in names if all(name in given for given in self._given)]

    def _readings(self, made, may_raise=False):
        with np.errstate(all="ignore"):
            return [self._reading(made, arguments, may_raise) for arguments in self.arguments]

    def _reading(self, made, arguments, may_raise):
        if not self._exercise.is_function:
            return read(made)
        try:
            return read(made(*copy.deepcopy(arguments)))
        except Exception as error:
            if may_raise:
                return raised(error)
            raise


def _shown(value):
    reading = read(value)
    return reading.name if reading.value is None else shorten(show(reading.value), 60)


def _called(given, function, names):
    # Copies, since a function of a case may count how often it is called.
    given = copy.deepcopy({name: given[name] for name in (*names, function) if name in given})
    return (given[function] if isinstance(function, str) else function)(*map(given.get, names))


def _is_numeric(value):
    return isinstance(value, (int, float, np.ndarray, np.number)) and not isinstance(value, bool)
