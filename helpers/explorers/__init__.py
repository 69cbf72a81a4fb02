"""The explorers: pictures with sliders, one function each.

    from helpers.explorers import slope_tracer
    slope_tracer()

Each returns a `helpers.stage.Stage`. What it shows is written next to its controls.
"""

from helpers.explorers.compass import gradient_field, turn_the_compass
from helpers.explorers.eigen import eigen_lens
from helpers.explorers.graphs import walk_the_graph
from helpers.explorers.microscope import layer_microscope
from helpers.explorers.partials import fit_a_line_by_hand, slice_a_surface
from helpers.explorers.prices import the_price_of_a_gradient
from helpers.explorers.rates import slide_the_learning_rate
from helpers.explorers.schedules import draw_a_schedule
from helpers.explorers.slopes import secant_to_tangent, slope_tracer, v_curve
from helpers.explorers.start import valley_walk
from helpers.explorers.units import stretch_an_axis
from helpers.explorers.walking import fit_a_line_by_descent, walk_downhill

__all__ = [
    "draw_a_schedule",
    "eigen_lens",
    "fit_a_line_by_descent",
    "fit_a_line_by_hand",
    "gradient_field",
    "layer_microscope",
    "secant_to_tangent",
    "slice_a_surface",
    "slide_the_learning_rate",
    "slope_tracer",
    "stretch_an_axis",
    "the_price_of_a_gradient",
    "turn_the_compass",
    "v_curve",
    "valley_walk",
    "walk_downhill",
    "walk_the_graph",
]
