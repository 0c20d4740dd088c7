"""What `make up` writes and prints of what is deployed."""

import json

from tools.local_cloud import __main__ as program
from tools.local_cloud import deployment
from tools.local_cloud.home import Home

OUTPUTS = {
    "recall-local-api": {"ApiId": "recall", "ApiKeyId": "k"},
    "recall-local-data-lake": {"Bucket": "lake"},
    "recall-local-monitoring": {"Dashboard": "recall-local"},
}


def test_stage_without_studio_is_up_without_its_page(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(program, "stage_runtime", lambda _: "python3.11")
    monkeypatch.setattr(program, "_deployed", lambda *_: OUTPUTS)
    monkeypatch.setattr(deployment, "read_api_key", lambda *_: "secret")
    monkeypatch.setattr(deployment, "wait_for_prediction", lambda *_: ("v1", "{}"))

    program.up(Home(tmp_path, 4566), [])

    assert json.loads((tmp_path / "outputs.json").read_text()) == {
        "endpoint": "http://127.0.0.1:4566/_aws/execute-api/recall/local",
        "api_key": "secret",
        "bucket": "lake",
        "model_version": "v1",
        "dashboard": "recall-local",
    }
    assert "studio" not in capsys.readouterr().out
