"""The package can be installed, and what its README shows works."""

import contextlib
import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from clients.python import make_sync
from tests.robustness.gateway import API_KEY

PACKAGE = Path(__file__).parents[2] / "clients" / "python"
README = (PACKAGE / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the package's wheel."""
    out = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [Path(sys.executable).with_name("uv"), "build", "--wheel", "--out-dir", out, PACKAGE],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return next(out.glob("*.whl"))


@pytest.mark.parametrize(
    ("example", "lines"),
    list(zip(EXAMPLES, [4, 6, 0, 1, 3], strict=True)),
    ids=["memory", "sync", "reviews", "async", "texts"],
)
def test_example_of_the_readme_prints_numbers(endpoint_of_today, monkeypatch, example, lines):
    monkeypatch.setenv("RECALL_ENDPOINT", endpoint_of_today)
    monkeypatch.setenv("RECALL_API_KEY", API_KEY)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(example, "README.md", "exec"), {"__name__": "__main__"})  # noqa: S102 - our own README
    own = [line for line in printed.getvalue().splitlines() if not line.startswith("{")]

    assert len(own) == lines
    assert all(0 < float(line.split()[-1]) < 1 for line in own if not line.startswith(("20", "[")))


def test_wheel_holds_the_modules_their_types_mark_and_nothing_else(wheel):
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    source = PACKAGE / "src"
    modules = {str(path.relative_to(source)) for path in source.rglob("*.py")}

    assert {name for name in names if not name.endswith("/")} == modules | {"recall_client/py.typed"}


def test_blocking_client_is_what_the_generator_makes_of_the_asynchronous_one(tmp_path):
    make_sync.make(tmp_path / "_sync")

    made = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "_sync").glob("*.py")}
    kept = {path.name: path.read_text(encoding="utf-8") for path in make_sync.TARGET.glob("*.py")}
    assert made == kept, "generate it again: python clients/python/make_sync.py"


def test_installed_package_imports_without_the_service(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = "import recall_client, sys; print(recall_client.__file__, 'recall' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )

    assert done.stdout.split() == [str(tmp_path / "recall_client" / "__init__.py"), "False"]
