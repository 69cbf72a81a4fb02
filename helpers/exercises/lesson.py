"""The exercises of one notebook, and where the reader stands with them."""

from .verdict import LOOKS, Verdict

# What the overview says of an exercise whose last verdict was this.
_STANDINGS = {
    "untried": "not tried yet",
    "trouble": "tried",
    "wrong": "tried",
    "almost": "almost",
    "right": "right",
}


class Lesson:
    """The exercises of one notebook, as attributes: `lesson.slope.check(slope)`.

    The reader's answers are cells of the notebook, so "Run All Cells" brings progress back;
    nothing is written to the disk.

    Args:
        notebook: the name of its notebook, without `.ipynb`.
        *exercises: the `Exercise` objects, in the order of the notebook.

    Raises:
        ValueError: if two exercises share a name, or one is named like a part of the lesson.
    """

    def __init__(self, notebook, *exercises):
        """Collect the exercises by name."""
        self.notebook = notebook
        self._exercises = {exercise.name: exercise for exercise in exercises}
        if len(self._exercises) < len(exercises):
            raise ValueError(f"{notebook}: two exercises share a name.")
        for exercise in exercises:
            exercise.siblings = tuple(other for other in exercises if other is not exercise)
        taken = self._exercises.keys() & {"notebook", "progress", "own", "mismatches"}
        if taken:
            raise ValueError(f"{notebook}: an exercise cannot be named {', '.join(sorted(taken))}.")

    def __getattr__(self, name):
        """The exercise of that name."""
        # `__dict__`, as copying asks for attributes before `__init__` has made any.
        exercises = self.__dict__.get("_exercises", {})
        if name in exercises:
            return exercises[name]
        known = ", ".join(exercises)
        raise AttributeError(f"This lesson has no exercise {name!r}. Its exercises are: {known}.")

    def __dir__(self):
        """The attributes, the exercises included, for completion by the Tab key."""
        return [*super().__dir__(), *self._exercises]

    def __iter__(self):
        """The exercises in the order of the notebook."""
        return iter(self._exercises.values())

    def __len__(self):
        """The number of exercises."""
        return len(self._exercises)

    def __repr__(self):
        """The names of the exercises."""
        return f"Lesson {self.notebook}: {', '.join(self._exercises)}"

    def progress(self):
        """How many exercises are right in this run of the notebook, and how each one stands."""
        right = sum(exercise.state == "right" for exercise in self)
        items = tuple(
            f"{LOOKS[exercise.state][0]} {exercise.name}: {_STANDINGS[exercise.state]}"
            for exercise in self
        )
        return Verdict("progress", title=f"{right} of {len(self)} right", items=items)

    def own(self):
        """What of this run of the notebook is the reader's own, and what is open, for its end."""
        adopted = [exercise for exercise in self if exercise.adopts]
        own = [exercise.variable for exercise in adopted if exercise.state == "right"]
        lent = [exercise.variable for exercise in adopted if exercise.state != "right"]
        # Nothing that follows is made of these, and yet they belong to the page.
        beside = [exercise for exercise in self if not exercise.adopts]
        right = [exercise.variable for exercise in beside if exercise.state == "right"]
        still = [exercise.variable for exercise in beside if exercise.state != "right"]
        sentences = [
            f"Yours: {_names(own)}." if own else "",
            f"The course's, until yours is right: {_names(lent)}." if lent else "",
            f"Right besides: {_names(right)}." if right else "",
            f"Open besides: {_names(still)}." if still else "",
        ]
        title = f"{len(own)} of the {len(adopted)} pieces that this page is made of are yours"
        return Verdict("progress", " ".join(filter(None, sentences)), title=title)

    def mismatches(self, notebook):
        """Where a notebook differs from what is declared here.

        For each exercise, the notebook must hold its cell with `...` in the blank, its check in
        the same or in the next code cell, and its folded solution in the Markdown cell after that.

        Args:
            notebook: the notebook as a dictionary, as `json.load` reads it.

        Returns:
            A list of sentences; empty if the two agree.
        """
        cells = [(cell["cell_type"], "".join(cell["source"])) for cell in notebook["cells"]]
        return [fault for exercise in self for fault in _mismatches(exercise, cells)]


def _names(variables):
    return ", ".join(f"`{variable}`" for variable in variables)


def _mismatches(exercise, cells):
    starter, check = exercise.source("..."), exercise.check_line()
    starts = [i for i, (kind, text) in enumerate(cells) if kind == "code" and starter in text]
    if len(starts) != 1:
        return [f"{exercise.name}: {len(starts)} code cells hold the declared cell, expected 1."]
    after = starts[0]
    if check not in cells[after][1].splitlines():
        after = next((i for i in range(after + 1, len(cells)) if cells[i][0] == "code"), after)
        if check not in cells[after][1].splitlines():
            return [f"{exercise.name}: the line {check!r} is missing below the declared cell."]
    folded = next((text for kind, text in cells[after + 1 :] if kind == "markdown"), "")
    if exercise.solution_markdown() not in folded:
        return [f"{exercise.name}: the folded solution below it differs from the declared one."]
    return []
