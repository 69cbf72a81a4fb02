"""JupyterHub for one class on one server, without Docker: see README.md beside this file.

All accounts are folders of the one Unix user that runs the hub, so a program in one reader's kernel
can read the others' notebooks. That is right for a lecture room and wrong for an examination: for
accounts that are apart, take The Littlest JupyterHub.
"""

import os
import sys
from pathlib import Path

from helpers import workbook

c = get_config()  # noqa: F821 - JupyterHub gives it

STATE = Path(os.environ.get("DOWNHILL_HUB", "/srv/downhill-hub"))
SCRIPTS = Path(sys.executable).parent
IDLE_MINUTES = 30

# The loopback address: a web server with a certificate stands in front (README.md).
c.JupyterHub.bind_url = os.environ.get("DOWNHILL_HUB_URL", "http://127.0.0.1:8000")
c.JupyterHub.hub_port = int(os.environ.get("DOWNHILL_HUB_PORT", "8081"))
c.JupyterHub.db_url = f"sqlite:///{STATE / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
c.ConfigurableHTTPProxy.command = [str(SCRIPTS / "configurable-http-proxy")]
c.ConfigurableHTTPProxy.api_url = os.environ.get("DOWNHILL_HUB_PROXY", "http://127.0.0.1:8001")
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")

# Everybody chooses a name; the password is the class's. The one of the teacher is another.
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = os.environ["DOWNHILL_HUB_PASSWORD"]
c.SharedPasswordAuthenticator.admin_password = os.environ["DOWNHILL_HUB_TEACHER_PASSWORD"]
c.Authenticator.admin_users = {"teacher"}
c.Authenticator.allow_all = True
# A folder's name is made of it.
c.Authenticator.username_pattern = r"[a-z][a-z0-9_-]{0,31}"

c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(STATE / "homes" / "{username}")
c.Spawner.cmd = [str(SCRIPTS / "jupyterhub-singleuser")]
c.Spawner.default_url = "/lab/tree/workbook/00_start_here.ipynb"
c.Spawner.args = [
    "--ServerApp.terminals_enabled=False",
    # A kernel takes most of the memory; one that nobody uses for a while is ended.
    f"--MappingKernelManager.cull_idle_timeout={60 * IDLE_MINUTES}",
    "--MappingKernelManager.cull_interval=60",
    *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
]
# A second thread of linear algebra brings nothing at these sizes, and thirty of them cost much.
c.Spawner.environment = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)
c.Spawner.http_timeout = c.Spawner.start_timeout = 180
# When a lecture begins, all come at once.
c.JupyterHub.concurrent_spawn_limit = 10


def renew_copies(spawner):
    """Bring a reader's copies up to the course; what the reader has touched stays."""
    home = STATE / "homes" / spawner.user.name
    home.mkdir(parents=True, exist_ok=True)
    for sentence in workbook.refresh(workbook=home / "workbook"):
        spawner.log.info("%s: %s", spawner.user.name, sentence)


c.Spawner.pre_spawn_hook = renew_copies
