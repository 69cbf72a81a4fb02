"""The layer microscope of notebook 08: the size of the gradient in every layer of a network."""

import functools
from types import MappingProxyType

import numpy as np

from helpers import networks, plots
from helpers.explorers.words import power_of_ten
from helpers.networks.patients import TODAY
from helpers.stage import Button, Choice, Play, Slider, Stage

DEPTHS = np.concatenate([np.arange(2, 20), np.arange(20, 51, 2)])
SCALES = np.concatenate(
    [np.arange(25, 50, 5), np.arange(50, 160, 10), np.arange(175, 300, 25), [300, 350, 400, 500],
     [600, 700, 800]]
) / 100  # fmt: skip
WIDTH, BATCH = 64, 64
PAGE_SCALES = (0.5, 1, 1.4, 2, 4)  # what a page holds; the text of 08 asks for × 1.4, × 2 and × 4
ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky relu", "GELU")
INITS = {
    "Var W = 1/(3n)": "standard normal",
    "Xavier: 1/n": "xavier normal",
    "He: 2/n": "he normal",
}
NORMALIZATIONS = {"none": None, "batch": "batch", "layer": "layer"}
RESIDUALS = {"none": False, "z + branch": True, "z + branch/√L": "scaled"}
LOW, HIGH = 1e-30, 1e15  # what the picture shows
TOO_MUCH = 100  # from here on between two ends, the sentence speaks of vanishing or exploding
# What the reader's own functions stand for, and the names of these options then.
REPLACED = {
    "init": ("He: 2/n", "yours: He, 2/n"),
    "normalization": ("layer", "yours: layer"),
    "residual": ("z + branch", "yours: z + branch"),
}
_OPTIONS = {"init": INITS, "normalization": NORMALIZATIONS, "residual": RESIDUALS}


@functools.lru_cache(maxsize=4000)
def look(activation, init, normalization, residual, depth, scale):
    """Send one batch forward and backward through a network, and predict the same.

    Parameters
    ----------
    activation : str
        An option of the explorer.
    init, normalization, residual : str or callable
        Options of the explorer, or functions as for `helpers.networks.Architecture`.
    depth : int
        The number of hidden layers, each of `WIDTH` units.
    scale : float
        What the initial weights are multiplied by.

    Returns
    -------
    measured, predicted : helpers.networks.LayerStatistics
    """
    return networks.microscope(
        depth,
        WIDTH,
        BATCH,
        activation=activation.lower(),
        init=INITS.get(init, init),
        scale=scale,
        normalization=NORMALIZATIONS.get(normalization, normalization),
        residual=RESIDUALS.get(residual, residual),
    )


def ends(measured):
    """Return the gradient of the first layer in multiples of the last one's, and a word for that.

    Parameters
    ----------
    measured : helpers.networks.LayerStatistics

    Returns
    -------
    ratio : float
    word : str
        ``"vanishes"``, ``"explodes"`` or ``"survives"``.
    """
    ratio = float(measured.gradients[0] / measured.gradients[-1])
    if ratio < 1 / TOO_MUCH:
        return ratio, "vanishes"
    return ratio, "explodes" if ratio > TOO_MUCH else "survives"


def _meant(chosen, own):
    """The arguments of `look` for chosen options, and what is to be said of them.

    A residual function of the reader has relu in it, and no normalization.
    """
    meant = {name: own.get(option, option) for name, option in chosen.items()}
    alone = chosen["activation"] == "relu" and chosen["normalization"] == "none"
    if not callable(meant["residual"]) or alone:
        return meant, ""
    remark = " Your residual layer is for relu without normalization: the course's stands in."
    return {**meant, "residual": REPLACED["residual"][0]}, remark


@plots.style()
def _scene(own=MappingProxyType({}), **chosen):
    fig, (layers, factor) = plots.figure(1, 2, size=(9.2, 3.8), width_ratios=[5, 1])
    meant, remark = _meant(chosen, own)
    draw_layers = _layers(layers, size=5)
    layers.set_title("The gradient in each layer")
    layers.legend(loc="lower right", ncols=2)
    plots.log_scale(factor.yaxis)
    factor.set(xlim=(0, 1), ylim=(0.04, 7), xticks=[], title="Per layer")
    factor.set_yticks([0.1, 0.25, 0.5, 1, 2, 4], ["0.1", "0.25", "0.5", "1", "2", "4"])
    factor.axhline(1, **plots.GUIDE)
    look_of = {**plots.PREDICTION, "clip_on": True}
    (foretold,) = factor.plot([0.1, 0.9], [1, 1], **look_of, label="predicted factor")
    look_of = {**plots.POINT, "color": plots.SLOPE["color"], "marker": "D", "markersize": 8}
    (found,) = factor.plot([], [], **look_of, label="measured factor")

    def update(depth, scale):
        measured, predicted = look(**meant, depth=depth, scale=scale)
        draw_layers(measured, predicted)
        foretold.set_ydata([predicted.factor] * 2)
        found.set_data([0.5], [measured.factor])
        return _sentence(chosen, depth, scale, measured, predicted) + remark

    return fig, update


@plots.style()
def _still_scene(own=MappingProxyType({}), **chosen):
    meant, _remark = _meant(chosen, own)
    fig, ax = plots.figure(size=(4.5, 3.4))
    draw_layers = _layers(ax, size=4)
    title = ax.set_title(" ")

    def update(depth, scale):
        measured, predicted = look(**meant, depth=depth, scale=scale)
        draw_layers(measured, predicted)
        title.set_text(f"{chosen['activation']}: × {measured.factor:.2f} in each layer")
        return _sentence(chosen, depth, scale, measured, predicted)

    return fig, update


def _layers(ax, size):
    """Prepare the axes of the gradients; return a function that draws them."""
    plots.log_scale(ax.yaxis)
    ax.set(xlim=(0, 51), ylim=(LOW, HIGH), xlabel="layer", ylabel="standard deviation")
    ax.set_xticks([1, 10, 20, 30, 40, 50])
    ax.set_yticks([10.0**k for k in range(-30, 16, 5)])
    ax.axhline(1, **plots.GUIDE)
    look_of = {"color": plots.SLOPE["color"], "linestyle": "none", "marker": "o", "zorder": 4}
    (dots,) = ax.plot([], [], **look_of, markersize=size, markeredgewidth=0, label="measured")
    (line,) = ax.plot([], [], **{**plots.PREDICTION, "zorder": 5}, label="predicted")

    def draw(measured, predicted):
        # Far outside of the picture nothing needs to be exact.
        number = np.arange(1, len(measured.gradients) + 1)
        dots.set_data(number, np.clip(measured.gradients, 1e-60, 1e45))
        line.set_data(number, np.clip(predicted.gradients, 1e-60, 1e45))

    return draw


def _sentence(chosen, depth, scale, measured, predicted):
    ratio, word = ends(measured)
    size = f"{ratio:.2f}" if 0.095 < ratio < 100 else power_of_ten(ratio)
    hidden = ""
    if not LOW < measured.gradients[0] < HIGH:
        hidden = " Part of it lies outside of the picture."
    return (
        f"{depth} {chosen['activation']} layers, weights × {scale:.3g}: each layer multiplies the "
        f"gradient by {measured.factor:.3f} on its way back (predicted {predicted.factor:.3f}). "
        f"The first layer gets {size} times as much as the last: it {word}.{hidden}"
    )


def layer_microscope(init=None, normalization=None, residual=None):
    """Send a batch through up to 50 layers and back, and see the gradient in each of them.

    Parameters
    ----------
    init, normalization, residual : callable, optional
        Functions of the reader, as for `helpers.networks.Architecture`. They take the place of He's
        weights, of layer normalization and of the residual connection (with relu in it), and are
        named "yours". With a residual function the microscope begins with relu and what fits it.
    """
    given = {"init": init, "normalization": normalization, "residual": residual}
    own, options = {}, {}
    for name, function in given.items():
        usual, yours = REPLACED[name]
        options[name] = [yours if function and o == usual else o for o in _OPTIONS[name]]
        if function:
            own[yours] = function
    he, past = options["init"][-1], options["residual"][1]
    first = {
        "activation": "sigmoid",
        "init": "Xavier: 1/n",
        "normalization": "none",
        "residual": "none",
        "depth": 30,
        "scale": 1,
    }
    looks = [
        {"activation": a, "init": i, "depth": 30, "scale": s}
        for a, i, s in (
            ("sigmoid", "Xavier: 1/n", 1),
            ("relu", "Xavier: 1/n", 1),
            ("relu", he, 1),
            ("relu", he, 1.5),
        )
    ]
    # 48 of 135 combinations: each of them takes seconds to record, and 5 kB of a page.
    page_choices = {
        "activation": [a for a in ACTIVATIONS if a != "leaky relu"],
        "init": options["init"][1:],
        "residual": options["residual"][:2],
    }
    if residual:
        first |= {"activation": "relu", "init": he, "residual": past}
        layer = options["normalization"][-1]
        looks = [
            {"normalization": n, "residual": r, "depth": 50}
            for n, r in (
                ("none", past),
                ("none", "z + branch/√L"),
                ("batch", "none"),
                (layer, "none"),
            )
        ]
        # Here the text compares connections, and what they do for sigmoids.
        page_choices |= {
            "activation": ["sigmoid", "tanh", "relu"],
            "residual": options["residual"],
        }
    return Stage(
        functools.partial(_scene, own),
        Choice("activation", ACTIVATIONS, first["activation"], "activation"),
        Choice("init", options["init"], first["init"], "initial weights"),
        Choice("normalization", options["normalization"], "none", "normalization"),
        Choice("residual", options["residual"], first["residual"], "residual connections"),
        Slider("depth", DEPTHS, first["depth"], "depth", unit="layers"),
        Slider("scale", SCALES, 1, "weights ×"),
        Play("depth", seconds=6, label="Play the depth"),
        Button("Back to the start", first),
        name="The layer microscope",
        alt=(
            "Dots on a logarithmic scale: the standard deviation of the gradient in each layer of "
            f"a network of {WIDTH} units a layer, from one forward and one backward pass. A dotted "
            "line: what the variance argument predicts."
        ),
        stills=looks,
        still_scene=functools.partial(_still_scene, own),
        page_choices=page_choices,
        page_values={"scale": PAGE_SCALES},
    )


def _decades(measured, least=3):
    """Limits for all that was measured, and for `least` decades above and below 1 at least."""
    sizes = np.concatenate([measured.gradients, measured.pre_activations])
    low, high = np.floor(np.log10(sizes.min())), np.ceil(np.log10(sizes.max()))
    return 10.0 ** min(low, -least), 10.0 ** max(high, least)


@plots.style()
def four_patients(depth=30):
    """Show today's patients under the microscope, without saying what they are.

    They are drawn anew for each kernel; `helpers.networks.patients` has the pool.

    Parameters
    ----------
    depth : int

    Returns
    -------
    A picture for the end of a cell: gradients and pre-activations z in each layer.
    """
    fig, axes = plots.figure(2, 2, size=(9.2, 5.8), sharex=True)
    number, said = np.arange(1, depth + 1), []
    for ax, (name, patient) in zip(axes.flat, zip("ABCD", TODAY, strict=True), strict=True):
        measured, _predicted = networks.microscope(depth, WIDTH, BATCH, **patient.options)
        plots.log_scale(ax.yaxis)
        look_of = {**plots.SLOPE, "linestyle": "none", "marker": "o", "markersize": 4}
        ax.plot(number, measured.gradients, **look_of, label="gradient")
        ax.plot(number, measured.pre_activations, **plots.FUNCTION, label="z")
        ax.axhline(1, **plots.GUIDE)
        ax.set(title=f"Patient {name}", xlim=(0, depth + 1), ylim=_decades(measured))
        ax.set_xticks([1, *range(10, depth + 1, 10)])
        ends = (measured.gradients[[0, -1]], measured.pre_activations[[0, -1]])
        (g, h), (y, z) = ((plots.ten_to(round(np.log10(v))) for v in pair) for pair in ends)
        said.append(f"{name}: gradient {g} in layer 1 and {h} in the last, z {y} and {z}.")
    handles, names = axes[0, 0].get_legend_handles_labels()
    fig.legend(handles, names, loc="outside upper right", ncols=2)
    for ax in axes[1]:
        ax.set_xlabel("layer")
    for ax in axes[:, 0]:
        ax.set_ylabel("standard deviation")
    alt = f"Four networks of {depth} layers, gradient and z in each, to powers of ten. "
    return plots.show(fig, alt + " ".join(said))
