"""JupyterLab's ■ for work that goes on between the cells, where Jupyter ignores it."""

import asyncio
import signal
import threading

_RETRY = 0.1  # seconds


def main_loop():
    """Return the event loop of the main thread if we are in it, else None."""
    if threading.current_thread() is not threading.main_thread():
        return None
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def catch(loop, stop, wanted):
    """Let an interrupt that comes between two cells call ``stop()``.

    A cell that runs meanwhile is interrupted as ever, and the work in the background is not.

    Parameters
    ----------
    loop : asyncio.AbstractEventLoop
        That of the main thread; in it ``stop`` is called, and not in the middle of anything.
    stop, wanted : callable
        How the work is stopped, and whether it is still under way.
    """

    def interrupted(number, frame):
        loop.call_soon_threadsafe(stop)

    interrupted.is_ours = True

    def install():
        if not wanted():
            return
        present = signal.getsignal(signal.SIGINT)
        if present is signal.SIG_IGN or hasattr(present, "is_ours"):
            signal.signal(signal.SIGINT, interrupted)
        else:  # while a cell or a message is dealt with, which puts back what it found before
            loop.call_later(_RETRY, install)

    loop.call_soon_threadsafe(install)
