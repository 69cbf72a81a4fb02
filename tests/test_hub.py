"""The configuration of a server for a class: people log in, and each gets copies of their own."""

import os
import urllib.error
from pathlib import Path

import pytest

from hub import HUB, Hub, Reader, temporary
from store import notebooks

pytestmark = [
    pytest.mark.slow,
    pytest.mark.once,
    pytest.mark.skipif(os.name == "nt", reason="JupyterHub runs on Linux and macOS"),
]


@pytest.fixture(scope="module")
def hub():
    with temporary() as folder, Hub(Path(folder)) as hub:
        yield hub


@pytest.fixture(scope="module")
def ada(hub):
    reader = Reader(hub, "ada")
    reader.log_in()
    reader.start()
    return reader


def test_a_reader_gets_the_course_without_outputs(ada):
    found = {entry["name"] for entry in ada.json("contents/workbook")["content"]}
    assert {path.name for path in notebooks()} | {"data"} <= found
    first = ada.json("contents/workbook/00_start_here.ipynb")["content"]
    assert not any(cell.get("outputs") for cell in first["cells"])


def test_a_cell_runs_and_an_explorer_is_made(ada):
    kernel = ada.kernel()
    said = kernel.run("from helpers.explorers import valley_walk\nvalley_walk()")
    shown = [m["content"]["data"] for m in said if m["header"]["msg_type"] == "execute_result"]
    assert any("application/vnd.jupyter.widget-view+json" in data for data in shown)
    told = kernel.run("import os; print(os.environ['OMP_NUM_THREADS'])")
    assert any(m["content"].get("text") == "1\n" for m in told)
    kernel.close()


def test_what_a_reader_wrote_stays_when_the_server_starts_again(hub, ada):
    place = hub.state / "homes" / "ada" / "workbook" / "00_start_here.ipynb"
    changed = place.read_text(encoding="utf-8").replace("# Start here", "# Mine")
    place.write_text(changed, encoding="utf-8")
    ada.get("hub/api/users/ada/server", b"", "DELETE")
    ada.start()
    assert place.read_text(encoding="utf-8") == changed


def test_one_reader_does_not_get_at_another_s_server(hub, ada):
    bo = Reader(hub, "bo")
    bo.log_in()
    with pytest.raises(urllib.error.HTTPError):
        bo.get("user/ada/api/contents")


@pytest.mark.parametrize(("name", "password"), [("cy", "guessed"), ("../ada", None)])
def test_a_wrong_password_and_a_name_that_is_no_folder_are_refused(hub, name, password):
    reader = Reader(hub, name)
    with pytest.raises(urllib.error.HTTPError) as caught:
        reader.log_in(*([password] if password else []))
    assert caught.value.code in (400, 403)
    assert not (hub.state / "homes" / name).exists() or name == "../ada"


def test_it_listens_to_this_machine_only():
    text = (HUB / "jupyterhub_config.py").read_text(encoding="utf-8")
    assert "0.0.0.0" not in text and '"http://127.0.0.1:8000"' in text
