"""The explorers: pictures with sliders, one function each.

    from helpers.explorers import slope_tracer
    slope_tracer()

Each returns a `helpers.stage.Stage`. What it shows is written next to its controls.
"""

import importlib

# The modules in which they are. Each is imported when it is first asked for: whoever slides a
# tangent does not wait for the neural networks.
_HOMES = {
    "draw_a_schedule": "schedules",
    "eigen_lens": "eigen",
    "feel_mini_batches": "noise",
    "fit_a_line_by_descent": "walking",
    "fit_a_line_by_hand": "partials",
    "gradient_field": "compass",
    "instrument_panel": "panel",
    "layer_microscope": "microscope",
    "run_a_race": "race",
    "secant_to_tangent": "slopes",
    "slice_a_surface": "partials",
    "slide_the_learning_rate": "rates",
    "slide_the_momentum": "momentum",
    "slope_tracer": "slopes",
    "stretch_an_axis": "units",
    "the_price_of_a_gradient": "prices",
    "turn_the_compass": "compass",
    "v_curve": "slopes",
    "valley_walk": "start",
    "walk_downhill": "walking",
    "walk_in_noise": "noise",
    "walk_the_graph": "graphs",
    "zoom_in": "zooming",
    "zoom_in_on_a_surface": "zooming",
}
__all__ = [*_HOMES]


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__():
    return [*globals(), *__all__]
