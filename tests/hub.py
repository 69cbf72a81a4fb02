"""A JupyterHub for a class on the loopback address, and readers who log in without a browser."""

import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

from lab import free_port

HUB = Path(__file__).absolute().parents[1] / "hub"
PASSWORDS = {"DOWNHILL_HUB_PASSWORD": "all-of-us-walk", "DOWNHILL_HUB_TEACHER_PASSWORD": 40 * "x"}
TIME_LIMIT = 300  # seconds, on a busy machine


class Hub:
    """The hub of `hub/jupyterhub_config.py`, with a folder and ports of its own; a context."""

    def __init__(self, state: Path):
        self.state = state
        port, self._hub, self._proxy = (free_port() for _ in range(3))
        self.url = f"http://127.0.0.1:{port}"

    def __enter__(self):
        environment = {
            **{name: value for name, value in os.environ.items() if "JUPYTER" not in name},
            **PASSWORDS,
            "DOWNHILL_HUB": str(self.state),
            "DOWNHILL_HUB_URL": self.url,
            "DOWNHILL_HUB_PORT": str(self._hub),
            "DOWNHILL_HUB_PROXY": f"http://127.0.0.1:{self._proxy}",
        }
        self._log = (self.state / "hub.log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", str(HUB / "jupyterhub_config.py")],
            cwd=self.state,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        try:
            wait_for(lambda: Reader(self, "nobody").get("hub/health"), self.said)
        except BaseException:
            self.__exit__()
            raise
        return self

    @property
    def process(self) -> int:
        """The number of the hub's process, whose children the proxy and the servers are."""
        return self._process.pid

    def said(self) -> str:
        """The end of the hub's log, or "" while it runs."""
        if self._process.poll() is None:
            return ""
        return (self.state / "hub.log").read_text(encoding="utf-8", errors="replace")[-3000:]

    def __exit__(self, *exception):
        self._process.send_signal(signal.SIGINT)  # it ends the servers and the proxy as well
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._log.close()


class Reader:
    """One who logs in, and whose server is started."""

    def __init__(self, hub: Hub, name: str):
        self.hub, self.name = hub, name
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies)
        )

    def get(self, path: str, data=None, method=None) -> bytes:
        """What an address below the hub's answers; each request proves by a token whose it is."""
        request = urllib.request.Request(f"{self.hub.url}/{path}", data, method=method)
        # The hub and each server have a token of their own.
        tokens = {c.path: c.value for c in self.cookies if c.name == "_xsrf"}
        nearest = max((p for p in tokens if f"/{path}".startswith(p)), key=len, default=None)
        if nearest:
            request.add_header("X-XSRFToken", tokens[nearest])
        with self._opener.open(request, timeout=TIME_LIMIT) as answer:
            return answer.read()

    def log_in(self, password=PASSWORDS["DOWNHILL_HUB_PASSWORD"]) -> None:
        """Log in with the password of the class.

        Raises:
            urllib.error.HTTPError: if the hub refuses.
        """
        page = self.get("hub/login").decode()
        token = re.search(r'name="_xsrf" value="([^"]+)"', page)[1]
        form = {"username": self.name, "password": password, "_xsrf": token}
        self.get("hub/login?next=%2Fhub%2Fhome", urllib.parse.urlencode(form).encode())

    def start(self) -> None:
        """Start the server, and wait until it serves."""
        self.get("hub/spawn")
        wait_for(self._enter, self.hub.said)

    def _enter(self):
        # The page, unlike the interface, asks the hub who is there, and so gives the cookies.
        self.get(f"user/{self.name}/lab")
        if not any(cookie.name == f"jupyterhub-user-{self.name}" for cookie in self.cookies):
            raise OSError("the server is not there yet")

    def json(self, path: str, data=None, method=None):
        """The same as `get`, for the interface of this reader's server."""
        sent = None if data is None else json.dumps(data).encode()
        return json.loads(self.get(f"user/{self.name}/api/{path}", sent, method) or "null")

    def kernel(self):
        """A new kernel of this reader's, in the folder of the notebooks."""
        path = {"name": "python3", "path": "workbook"}
        return Kernel(self, self.json("kernels", path, "POST")["id"])


class Kernel:
    """A kernel that is spoken to as a page does, through the hub's proxy."""

    def __init__(self, reader: Reader, name: str):
        import websocket

        base = reader.hub.url.replace("http", "ws", 1)
        self._session = uuid.uuid4().hex
        self._socket = websocket.create_connection(
            f"{base}/user/{reader.name}/api/kernels/{name}/channels?session_id={self._session}",
            cookie="; ".join(f"{cookie.name}={cookie.value}" for cookie in reader.cookies),
            origin=reader.hub.url,
            timeout=TIME_LIMIT,
        )

    def run(self, source: str) -> list[dict]:
        """Run a cell, and return the messages that it sends until it is done."""
        return self.ask("execute_request", {"code": source, "store_history": True})

    def ask(self, kind: str, content: dict) -> list[dict]:
        """Send a message on the shell channel; what comes until the kernel is idle again."""
        name = uuid.uuid4().hex
        header = {"msg_id": name, "msg_type": kind, "session": self._session, "version": "5.3"}
        message = {
            **{"header": {**header, "username": "", "date": ""}, "parent_header": {}},
            **{"metadata": {}, "content": content, "channel": "shell", "buffers": []},
        }
        self._socket.send(json.dumps(message))
        found = []
        while True:
            received = self._socket.recv()
            if isinstance(received, bytes):  # with buffers; what they hold is not looked at
                count = int.from_bytes(received[:4], "big")
                ends = [
                    int.from_bytes(received[4 * i : 4 * i + 4], "big") for i in range(1, count + 1)
                ]
                received = received[ends[0] : ends[1] if count > 1 else None].decode()
            answer = json.loads(received)
            if answer["parent_header"].get("msg_id") != name:
                continue
            found.append(answer)
            if answer["content"].get("execution_state") == "idle":
                return found

    def close(self):
        self._socket.close()


def wait_for(ask, failed=lambda: ""):
    """Ask until it is answered; what fails meanwhile ends the wait."""
    deadline = time.monotonic() + TIME_LIMIT
    while True:
        try:
            return ask()
        except (urllib.error.URLError, OSError):
            if (said := failed()) or time.monotonic() > deadline:
                raise RuntimeError(said or "no answer in time") from None
            time.sleep(0.2)


def temporary():
    """A short path for the state of a hub."""
    return tempfile.TemporaryDirectory(prefix="downhill-hub-", ignore_cleanup_errors=True)
