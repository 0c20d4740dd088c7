"""Ctrl-C in the middle of `make up`, and `make up` again."""

import json

import pytest

from tests.e2e.conftest import free_port

pytestmark = pytest.mark.machine


def test_up_works_after_it_was_interrupted_again_and_again(up, other):
    assert other.make("clean").returncode == 0
    port = f"PORT={free_port()}"
    assets = other.folder / ".local" / "cdk.out"
    for line in ("making .venv ", "making .venv-cloud", "installing the CDK CLI", "ML layer: prune"):
        code, printed = other.interrupt("up", port, at=lambda text, line=line: line in text)
        assert code != 0, printed
        assert other.processes() == []
        # What is named `-building` isn't taken for a layer.
        assert not [path for path in assets.glob("asset.*/python") if not path.parent.match("*-building")]
    assert "interrupted; `make up` goes on from here" in printed
    other.copy_layers(up.checkout)
    _code, printed = other.interrupt("up", port, at=lambda text: "(recall-local-data-lake)" in text)
    assert "interrupted; `make up` goes on from here" in printed
    assert other.processes() == []

    done = other.make("up", port)

    assert done.returncode == 0, done.stderr
    assert 0 < json.loads(done.stdout.splitlines()[-1])["recall_probability"] < 1
