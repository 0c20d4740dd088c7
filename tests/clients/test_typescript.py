"""The TypeScript types are the document's, the compiler holds programs to them, and the example runs."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.robustness.gateway import API_KEY, running

PROJECT = Path(__file__).parents[2]
TYPESCRIPT = PROJECT / "clients" / "typescript"


def run(*command, **environment):
    return subprocess.run(
        command,
        cwd=PROJECT,
        env={**os.environ, **environment},
        check=False,
        capture_output=True,
        text=True,
    )


def compiled(folder, out):
    """Compile the example in a copy of the folder."""
    return run("node_modules/.bin/tsc", "--project", str(folder), "--outDir", str(out))


@pytest.fixture
def copy(tmp_path):
    """Give a copy of the folder, to be changed."""
    return Path(shutil.copytree(TYPESCRIPT, tmp_path / "typescript"))


def test_types_are_what_the_generator_makes_of_the_document():
    done = run("npm", "run", "--silent", "types", "--", "--check")

    assert done.returncode == 0, f"{done.stdout}{done.stderr}\nmake them anew: npm run types"


def test_example_compiles_and_answers_what_the_service_does(tmp_path):
    done = compiled(TYPESCRIPT, tmp_path)
    assert done.returncode == 0, done.stdout
    with running() as endpoint:
        done = run("node", str(tmp_path / "example.mjs"), RECALL_ENDPOINT=endpoint, RECALL_API_KEY=API_KEY)
    lines = done.stdout.splitlines()

    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in lines[:2]] == ["three_inputs", "history"]
    assert all(0 < float(line.split()[1]) < 1 for line in lines[:2])
    assert lines[2].startswith("due after ")
    assert lines[-1] == "review first 1"


def test_example_says_what_the_service_refused(tmp_path):
    assert compiled(TYPESCRIPT, tmp_path).returncode == 0
    with running() as endpoint:
        done = run("node", str(tmp_path / "example.mjs"), RECALL_ENDPOINT=endpoint, RECALL_API_KEY="wrong")

    assert done.returncode == 1
    assert "403 forbidden: x-api-key must be a valid API key" in done.stderr


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("difficulty: 5.5 }", 'difficulty: "5.5" }'),
        ("review_count: 4, ", ""),
        ("rating: 3 }", "rating: 3, at_once: true }"),
        ('"/v1/curve", {', '"/v1/curves", {'),
        ("curve.recall_probability", "curve.recall"),
    ],
)
def test_program_that_breaks_the_contract_does_not_compile(copy, tmp_path, right, wrong):
    example = copy / "example.mts"
    text = example.read_text(encoding="utf-8")
    assert right in text
    example.write_text(text.replace(right, wrong, 1), encoding="utf-8")

    done = compiled(copy, tmp_path / "out")

    assert done.returncode != 0
    assert "example.mts" in done.stdout
