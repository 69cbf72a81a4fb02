"""The explorers: pictures with sliders, one function each.

    from helpers.explorers import slope_tracer
    slope_tracer()

Each returns a `helpers.stage.Stage`. What it shows is written next to its controls.
"""

from helpers.explorers.slopes import secant_to_tangent, slope_tracer, v_curve
from helpers.explorers.start import valley_walk

__all__ = ["secant_to_tangent", "slope_tracer", "v_curve", "valley_walk"]
