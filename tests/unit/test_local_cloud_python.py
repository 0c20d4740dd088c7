"""The local cloud's environment on the stage's Python: made once, and anew if it is half made."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tools.local_cloud import environment, process
from tools.local_cloud.environment import cloud_python, stage_runtime
from tools.local_cloud.home import CLOUD_PYTHON, Home, LocalCloudError
from tools.local_cloud.process_group import start_time

# In the place of uv: notes its calls, and makes what `uv venv` makes; fails as often as it is told to.
UV = """#!/bin/sh
echo "$1 $2" >> "{calls}"
case "$1 $2" in
  "venv --quiet") mkdir -p "$5/bin" && echo > "$5/bin/python" ;;
  "pip sync") test ! -e "{broken}" ;;
esac
"""


@pytest.fixture
def uv(tmp_path, monkeypatch):
    """Give the files by which the stand-in for uv is seen and broken."""
    program, calls, broken = (tmp_path / name for name in ("uv", "calls", "broken"))
    program.write_text(UV.format(calls=calls, broken=broken))
    program.chmod(0o755)
    calls.touch()
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("ministack==1\n")
    monkeypatch.setattr(environment, "REQUIREMENTS", requirements)
    monkeypatch.setattr(environment, "find_uv", lambda: str(program))
    monkeypatch.setattr(environment, "find_python", lambda _runtime: "/a/python3.13")
    return lambda: len(calls.read_text().splitlines()) // 2


def test_environment_is_made_once_for_what_it_is_made_of(uv, tmp_path):
    folder = tmp_path / "cloud"

    assert [cloud_python("python3.13", folder) for _ in range(2)] == [folder / "bin" / "python"] * 2
    assert uv() == 1

    environment.REQUIREMENTS.write_text("ministack==2\n")
    cloud_python("python3.13", folder)
    assert uv() == 2


def test_environment_that_is_half_made_is_emptied_and_made_anew(uv, tmp_path):
    folder = tmp_path / "cloud"
    (tmp_path / "broken").touch()
    with pytest.raises(LocalCloudError, match=rf"^{folder}: pip sync failed, see above; run it again$"):
        cloud_python("python3.13", folder)
    (folder / "half a package").touch()
    (tmp_path / "broken").unlink()

    cloud_python("python3.13", folder)

    assert sorted(path.name for path in folder.iterdir()) == ["bin", "ready"]


def test_machine_without_that_python_is_told_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "find_python", lambda _runtime: None)
    with pytest.raises(LocalCloudError) as refusal:
        cloud_python("python3.13", tmp_path / "cloud")
    assert str(refusal.value) == (
        "cdk.json gives the stage the runtime python3.13, and there is no Python 3.13 on this machine to run "
        "its functions with: `uv python install 3.13`, and run it again"
    )
    assert not (tmp_path / "cloud").exists()


def test_stage_as_shipped_runs_in_the_environment_that_make_makes(tmp_path):
    assert cloud_python(stage_runtime(Home(tmp_path, 4566))) == CLOUD_PYTHON


def test_cloud_on_another_python_is_kept_with_all_that_it_holds(tmp_path):
    class Healthy(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Print nothing."""

    server = HTTPServer(("127.0.0.1", 0), Healthy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    home = Home(tmp_path, server.server_port, tmp_path / "python3.13")
    home.cloud.mkdir()
    record = process.Record(os.getpid(), start_time(os.getpid()), home.port, str(CLOUD_PYTHON))
    home.process_file.write_text(json.dumps(record._asdict()))

    with pytest.raises(LocalCloudError, match="`make down` ends it, with all that it holds; then `make up`"):
        process.start(home)

    assert home.process_file.exists()
    server.shutdown()
    server.server_close()
