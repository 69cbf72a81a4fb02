"""The game of notebook 03 for pages without a kernel: the same places, each judged by itself."""

from helpers.explorers.words import signed
from helpers.stage import Button, Choice, Slider, Stage

HIDDEN, SHOWN = ANSWERS = ("hidden", "shown")


def stage(places, headings, scene, task):
    """Return a stage on which the arrow can be turned at each place, and the answer be shown.

    Parameters
    ----------
    places : list of Place
    headings : sequence of int
        What the arrow can be turned to, in degrees.
    scene : callable
        Takes a place and, to show the answer, a heading; returns a figure and its update function.
    task : callable
        Takes a place and returns what is to be done there.
    """
    names = [f"{number} of {len(places)}" for number in range(1, len(places) + 1)]

    def judged(place, answer):
        where = places[names.index(place)]
        figure, turn = scene(where, where.start if answer == SHOWN else None)

        def update(heading):
            said = turn(heading)
            if answer == HIDDEN:
                return f"{said} {task(where)}"
            _kind, _off, points, reason = where.judge(heading)
            return f"{said} {reason} {signed(points, 0)} points."

        return figure, update

    return Stage(
        judged,
        Slider("heading", headings, places[0].start, "heading", unit="°"),
        Choice("place", names, names[0], "place"),
        Choice("answer", ANSWERS, HIDDEN, "answer"),
        Button("This way is up", {"answer": SHOWN}),
        # Each takes the answer away again.
        *(
            Button(f"Place {number}", {"place": name, "answer": HIDDEN})
            for number, name in enumerate(names, start=1)
        ),
        name="Point the arrow uphill",
        alt=(
            "A place with an arrow to turn, on a map with contour lines or in fog, where the two "
            "partial derivatives are told. The answer adds the gradient."
        ),
        stills=[{"place": names[0]}],
    )
