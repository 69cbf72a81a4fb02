"""The engine under the explorers: it records a Matplotlib figure and replays it in the page.

It knows nothing of gradients. The rooms: ``controls`` (what the reader can move),
``recorder`` (a Matplotlib renderer that writes down what is drawn), ``scene`` (what stands
still, what moves), ``stills`` (the picture for pages without a kernel), ``widget`` (the
Jupyter widget), ``lifetime`` (what a cell that is run again lets go of), ``export`` (HTML without
Jupyter), and what runs in the page: scripts and styles.
"""

from helpers.stage.controls import Button, Choice, Play, Slider
from helpers.stage.recorder import UnrecordableError
from helpers.stage.widget import Stage

__all__ = ["Button", "Choice", "Play", "Slider", "Stage", "UnrecordableError"]
