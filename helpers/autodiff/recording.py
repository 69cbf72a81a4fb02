"""Whether operations are recorded, and where they are not."""

from contextlib import ContextDecorator
from contextvars import ContextVar

__all__ = ["is_recording", "no_grad", "recording"]

_recording = ContextVar("recording", default=True)
is_recording = _recording.get


class recording(ContextDecorator):
    """A `with` block, or a decorator, in which operations are recorded, or are not."""

    def __init__(self, on=True):
        self.on, self.before = on, []

    def __enter__(self):
        self.before.append(_recording.set(self.on))

    def __exit__(self, *exception):
        _recording.reset(self.before.pop())


def no_grad():
    """Return a `with` block, or a decorator, in which no operation is recorded.

    with no_grad():
        W.data -= learning_rate * W.grad
        accuracy = np.mean(model(X) > 0)
    """
    return recording(False)
