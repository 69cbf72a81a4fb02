"""A real JupyterLab to test and measure in: a copy of notebooks, a server of its own, a page.

    with Lab([Path("notebooks/00_start_here.ipynb")]) as lab, sync_playwright() as playwright:
        browser = launch(playwright, browser_path)
        notebook = NotebookPage.open(browser.new_page(), lab, "00_start_here.ipynb")
        notebook.run_all()

Nothing is written outside a temporary folder, and no setting of the user's is read.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from pathlib import Path

# Chromium is to reach the page and nothing else; the last two keep its clock running at full
# speed while its window is not in front.
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
]

SETTINGS = {
    "apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "docmanager-extension/plugin": {"autosave": False},
}

# Where the notebook scrolls.
SCROLLER = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer"

TIME_LIMIT = 300  # seconds, for a busy machine to start JupyterLab or to run a notebook


def launch(playwright, executable: str):
    """Start Chromium, without a window."""
    # Chromium's sandbox does not start for root, as whom containers run.
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    flags = [*FLAGS, "--no-sandbox"] if as_root else FLAGS
    return playwright.chromium.launch(executable_path=executable, args=flags)


class Lab:
    """JupyterLab on the loopback address, with a folder and a configuration of its own.

    Parameters
    ----------
    notebooks : iterable of Path
        Notebooks that can be opened; what is opened are copies, with the data that lies beside
        them.
    """

    def __init__(self, notebooks: Iterable[Path] = ()):
        self.home = Path(tempfile.mkdtemp(prefix="downhill-lab-"))
        self.folder = self.home / "notebooks"
        self.folder.mkdir()
        self._notebooks = {path.name: path for path in notebooks}
        self._opened = 0
        self._process = None

    def __enter__(self):
        for name, values in SETTINGS.items():
            path = self.home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values), encoding="utf-8")
        own = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
        }
        environment = os.environ | {name: str(self.home / part) for name, part in own.items()}
        environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        command = [
            *(sys.executable, "-m", "jupyterlab"),
            "--no-browser",
            "--allow-root",
            "--expose-app-in-browser",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={free_port()}",
            f"--ServerApp.root_dir={self.folder}",
        ]
        self._log = (self.home / "lab.log").open("wb")
        self._process = subprocess.Popen(
            command, env=environment, stdout=self._log, stderr=self._log, stdin=subprocess.DEVNULL
        )
        try:
            self._find_address()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception):
        if self._process.poll() is None:
            try:
                self._ask("api/shutdown", method="POST")  # stops the kernels as well
                self._process.wait(20)
            except (OSError, AttributeError, subprocess.TimeoutExpired):
                self._process.kill()
                self._process.wait()
        self._log.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def address(self, notebook: str) -> str:
        """The address of the page of a new copy of a notebook, which has a kernel of its own."""
        self._opened += 1
        folder = self.folder / str(self._opened)
        folder.mkdir()
        shutil.copy(self._notebooks[notebook], folder)
        data = self._notebooks[notebook].with_name("data")
        if data.is_dir():
            shutil.copytree(data, folder / "data")
        return f"{self.url}lab/tree/{self._opened}/{notebook}?reset&token={self.token}"

    def _find_address(self):
        deadline = time.monotonic() + TIME_LIMIT
        while time.monotonic() < deadline and self._process.poll() is None:
            # The server notes its address, which is not the one asked for if that was taken.
            for note in (self.home / "runtime").glob("jpserver-*.json"):
                try:
                    server = json.loads(note.read_text(encoding="utf-8"))
                    self.url, self.token = server["url"], server["token"]
                    self._ask("api/status")
                    return
                except (OSError, ValueError):
                    pass  # half written, or not yet listening
            time.sleep(0.1)
        log = (self.home / "lab.log").read_text(encoding="utf-8", errors="replace")
        raise RuntimeError(f"JupyterLab did not start:\n{log[-2000:]}")

    def _ask(self, path, method="GET"):
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(self.url + path, headers=headers, method=method)
        # The loopback address is not to be asked for through a proxy.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=5) as answer:
            return answer.read()


class NotebookPage:
    """A notebook that is open in JupyterLab, in a Playwright page.

    `NotebookPage.open` makes one; `page` is the Playwright page.
    """

    def __init__(self, page):
        self.page = page

    @classmethod
    def open(cls, page, lab: Lab, notebook: str):
        """Open a notebook and wait until its kernel is ready; nothing is run."""
        page.goto(lab.address(notebook))
        page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=TIME_LIMIT * 1000)
        opened = cls(page)
        opened.wait_for_kernel()
        # Chrome that is not the notebook: out of the way, as for a reader who wants to read.
        page.evaluate("""async () => {
            await jupyterapp.commands.execute('application:set-mode', {mode: 'single-document'});
            if (!jupyterapp.shell.leftCollapsed)
                await jupyterapp.commands.execute('application:toggle-left-area');
        }""")
        return opened

    def wait_for_kernel(self):
        """Wait until the kernel has nothing left to do."""
        self.page.wait_for_function(
            "() => globalThis.jupyterapp?.shell.currentWidget?.sessionContext?.session"
            "?.kernel?.status === 'idle'",
            timeout=TIME_LIMIT * 1000,
        )

    def run_all(self):
        """Run all cells, and wait until they have run."""
        self.page.evaluate(
            "async () => { await jupyterapp.commands.execute('notebook:run-all-cells') }"
        )
        self.wait_for_kernel()

    def type_and_run(self, index: int, source: str):
        """Type a new source into a code cell, and run it with Shift+Enter."""
        cell = self.show_cell(index)
        cell.locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(source)
        before = self.cells()[index]["execution_count"]
        self.page.keyboard.press("Shift+Enter")
        self.page.wait_for_function(
            """([index, before]) => {
                const {model} = jupyterapp.shell.currentWidget.content.widgets[index];
                return model.executionCount && model.executionCount !== before;
            }""",
            arg=[index, before],
        )
        self.wait_for_kernel()
        return cell

    def show_cell(self, index: int):
        """Scroll a cell into view, as JupyterLab keeps only those in the page that are."""
        self.page.evaluate(
            """async (index) => {
                const notebook = jupyterapp.shell.currentWidget.content;
                notebook.activeCellIndex = index;
                notebook.deselectAll();
                await notebook.scrollToItem(index, 'smart');
            }""",
            index,
        )
        self.settle()
        return self.page.locator(f".jp-Cell[data-windowed-list-index='{index}']")

    def settle(self):
        """Wait until the page has neither moved nor grown for a quarter of a second."""
        self.page.evaluate(
            """(scroller) => new Promise((done) => {
                let last, since;
                const look = (now) => {
                    const element = document.querySelector(scroller);
                    const place = [element.scrollHeight, element.scrollTop].join();
                    if (place !== last) [last, since] = [place, now];
                    if (now - since > 250) done(); else requestAnimationFrame(look);
                };
                requestAnimationFrame(look);
            })""",
            SCROLLER,
        )

    def close(self):
        """End the kernel, and close the page."""
        self.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        self.page.close()

    def cells(self) -> list[dict]:
        """What the notebook holds at present: type, source and outputs of each cell."""
        # As text, since Playwright takes seconds for objects of a megabyte.
        return json.loads(
            self.page.evaluate(
                """() => JSON.stringify(
                    jupyterapp.shell.currentWidget.content.model.sharedModel.toJSON().cells)"""
            )
        )

    def ask_kernel(self, code: str) -> str:
        """Run code in the kernel, beside the cells, and return what it prints.

        Raises
        ------
        RuntimeError
            If the code raises.
        """
        answer = self.page.evaluate(
            """async (code) => {
                const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                const future = kernel.requestExecute({code, store_history: false});
                let text = '';
                future.onIOPub = (message) => { text += message.content.text ?? ''; };
                const reply = await future.done;
                return [reply.content.status, text, reply.content.evalue ?? ''];
            }""",
            code,
        )
        status, text, error = answer
        if status != "ok":
            raise RuntimeError(f"{code!r} in the kernel: {error}")
        return text.strip()

    def tell_kernel(self, method: str):
        """Call a method of JupyterLab's kernel connection, such as "restart" or "interrupt"."""
        self.page.evaluate(
            "(method) => jupyterapp.shell.currentWidget.sessionContext.session.kernel[method]()",
            method,
        )

    def keep_kernel_busy(self):
        """Let the kernel sleep in a cell until `release_kernel`; return when it has begun."""
        # Its status does not tell: while a cell runs, JupyterLab may hand widgets' messages to a
        # second thread of the kernel, and "idle" then says that this one is done.
        self.page.evaluate(
            """async (seconds) => {
                const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                const future = kernel.requestExecute(
                    {code: `import time; time.sleep(${seconds})`, stop_on_error: false});
                globalThis.kernelSleeps = true;
                future.done.finally(() => { globalThis.kernelSleeps = false; });
                await new Promise((begun) => {
                    future.onIOPub = ({header}) => header.msg_type === 'execute_input' && begun();
                });
            }""",
            10 * TIME_LIMIT,
        )

    def kernel_sleeps(self) -> bool:
        """Whether the kernel is still as `keep_kernel_busy` has left it."""
        return self.page.evaluate("() => kernelSleeps")

    def release_kernel(self):
        """End what `keep_kernel_busy` began, and wait until the kernel has nothing left to do."""
        self.tell_kernel("interrupt")
        self.page.wait_for_function("() => !kernelSleeps")
        self.wait_for_kernel()


def free_port() -> int:
    """A port of the loopback address that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
