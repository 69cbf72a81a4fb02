"""Whether operations are recorded, and where they are not."""

import functools
import inspect
import types
from contextvars import ContextVar

__all__ = ["is_recording", "no_grad", "recording"]

_recording = ContextVar("recording", default=True)
# What held outside of each block that is open, the innermost first: (before, (before that, ...)).
# It belongs to the thread or task, not to the block: one block may be open in several at once.
_outside = ContextVar("outside", default=None)
is_recording = _recording.get


class recording:
    """A `with` block, or a decorator, in which operations are recorded, or are not."""

    def __init__(self, on=True):
        self.on = on

    def __enter__(self):
        _outside.set((_recording.get(), _outside.get()))
        _recording.set(self.on)

    def __exit__(self, *exception):
        before, rest = _outside.get()
        _recording.set(before)
        _outside.set(rest)

    def __call__(self, function):
        """Return the function under this block: its body, also where that runs piece by piece."""
        if inspect.isasyncgenfunction(function):

            async def call(*args, **kwargs):
                with self:
                    run = function(*args, **kwargs)
                step = run.asend(None)
                while True:
                    try:
                        item = await self._in_turns(step)
                    except StopAsyncIteration:
                        return
                    try:
                        step = run.asend((yield item))
                    except GeneratorExit:
                        await self._in_turns(run.aclose())
                        raise
                    except BaseException as error:
                        step = run.athrow(error)

        elif inspect.iscoroutinefunction(function):

            async def call(*args, **kwargs):
                return await self._in_turns(function(*args, **kwargs))

        elif inspect.isgeneratorfunction(function):

            def call(*args, **kwargs):
                return (yield from self._pieces(function(*args, **kwargs)))

        else:

            def call(*args, **kwargs):
                with self:
                    return function(*args, **kwargs)

        return functools.wraps(function)(call)

    def _pieces(self, run):
        """Run a generator, or what is awaited, with the block open only while it has its turn."""
        resume, value = run.send, None
        while True:
            try:
                with self:
                    item = resume(value)
            except StopIteration as end:
                return end.value
            try:
                resume, value = run.send, (yield item)
            except GeneratorExit:
                with self:
                    run.close()
                raise
            except BaseException as error:
                resume, value = run.throw, error

    _in_turns = types.coroutine(_pieces)


def no_grad(function=None):
    """Return a `with` block, or a decorator, in which no operation is recorded.

        with no_grad():
            W.data -= learning_rate * W.grad
            accuracy = np.mean(model(X) > 0)

    As a decorator it holds for the body of a function, of a generator and of a coroutine: while
    these wait, others record as before. It may stand without parentheses.
    """
    return recording(False) if function is None else recording(False)(function)
