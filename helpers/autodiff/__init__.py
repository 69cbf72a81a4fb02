"""Automatic differentiation: exact derivatives of programs that are written with NumPy.

    >>> from helpers.autodiff import Tensor, Value, grad
    >>> grad(lambda x: np.log(x[0]) + x[0] * x[1] - np.sin(x[1]))([2, 5]).round(6)
    array([5.5     , 1.716338])

Reverse mode in its smallest form is `Value`, a number in a graph (value.py). `Tensor` does the same
for arrays (tensor.py), by the rules of one table (rules.py). On it stand `grad` and its kin,
functions of functions (transforms.py). Forward mode is `jvp` (forward.py), and `check_grad` puts
any gradient to the test (checking.py). `add_rule` teaches the engine a function it does not know.

From the bottom up:

    broadcasting   what NumPy repeats, and the way back
    dispatch       who answers a call
    rules          the table, filled by elementwise, arrays, functions, layout and composed
    operands       what may stand beside a Tensor
    operators      + - * / @ ** and methods, for Tensors and dual numbers
    reach          where a gradient arrives, and where something else was chosen
    graph          the way back, with recording, which says whether there is one
    tensor         Tensor, which all of the above makes
    transforms     grad, value_and_grad, jacobian, hessian
    forward        jvp
    checking       check_grad, on differences that know their own error

`value` stands alone.

Conventions, where opinions differ: relu and abs have slope 0 at 0; equal numbers share the gradient
of a maximum or minimum evenly, so np.maximum(x, 0) has slope ½ at 0; integers become floats; leaves
add up gradients until `.grad` is set to None; where a function has no slope (√x at 0) the gradient
is infinite or NaN, and 0 · ∞ is NaN, except where np.where, an index or a maximum chose something
else, which is 0.
"""

from helpers import freeing
from helpers.autodiff import arrays, composed, elementwise, layout  # noqa: F401, they fill the table
from helpers.autodiff.checking import check_grad
from helpers.autodiff.dispatch import primitive
from helpers.autodiff.forward import Dual, jvp
from helpers.autodiff.functions import (
    linear,
    log_softmax,
    logsumexp,
    relu,
    sigmoid,
    softmax,
    softmax_cross_entropy,
)
from helpers.autodiff.memory import keep_freed_memory
from helpers.autodiff.recording import no_grad
from helpers.autodiff.rules import add_rule
from helpers.autodiff.tensor import Tensor
from helpers.autodiff.transforms import grad, hessian, jacobian, value_and_grad
from helpers.autodiff.value import Value

keep_freed_memory()
if freeing.NEEDED:
    freeing.free_in_a_loop(Tensor, "_parents")
    freeing.free_in_a_loop(Value, "parents")

__all__ = [
    "Dual",
    "Tensor",
    "Value",
    "add_rule",
    "check_grad",
    "grad",
    "hessian",
    "jacobian",
    "jvp",
    "linear",
    "log_softmax",
    "logsumexp",
    "no_grad",
    "primitive",
    "relu",
    "sigmoid",
    "softmax",
    "softmax_cross_entropy",
    "value_and_grad",
]
