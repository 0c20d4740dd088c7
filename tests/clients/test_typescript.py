"""The TypeScript types are the document's, programs that break them don't compile, and the example runs."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.robustness.gateway import API_KEY, running

PROJECT = Path(__file__).parents[2]
TYPESCRIPT = PROJECT / "clients" / "typescript"
# Mistakes in the example: the right text, and the wrong one that replaces it.
MISTAKES = {
    "string_for_a_number": ("difficulty: 5.5 }", 'difficulty: "5.5" }'),
    "missing_input": ("review_count: 4, ", ""),
    "unknown_field": ("rating: 3 }", "rating: 3, at_once: true }"),
    "unknown_path": ('"/v1/curve", {', '"/v1/curves", {'),
    "unknown_output": ("curve.recall_probability", "curve.recall"),
}


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


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """Give the example, compiled."""
    out = tmp_path_factory.mktemp("compiled")
    done = compiled(TYPESCRIPT, out)
    assert done.returncode == 0, done.stdout
    return str(out / "example.mjs")


def test_types_are_what_the_generator_makes_of_the_document():
    done = run("npm", "run", "--silent", "types", "--", "--check")

    assert done.returncode == 0, f"{done.stdout}{done.stderr}\ngenerate them again: npm run types"


def test_example_compiles_and_prints_what_the_service_responds(example):
    with running() as endpoint:
        done = run("node", example, RECALL_ENDPOINT=endpoint, RECALL_API_KEY=API_KEY)
    lines = done.stdout.splitlines()

    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in lines[:2]] == ["three_inputs", "history"]
    assert all(0 < float(line.split()[1]) < 1 for line in lines[:2])
    assert lines[2].startswith("due after ")
    assert lines[-1] == "review first 1"


def test_example_says_what_the_service_refused(example):
    with running() as endpoint:
        done = run("node", example, RECALL_ENDPOINT=endpoint, RECALL_API_KEY="wrong")

    assert done.returncode == 1
    assert "403 forbidden: x-api-key must be a valid API key" in done.stderr


def test_programs_that_break_the_contract_do_not_compile(tmp_path):
    copy = Path(shutil.copytree(TYPESCRIPT, tmp_path / "typescript"))
    text = (copy / "example.mts").read_text(encoding="utf-8")
    for name, (right, wrong) in MISTAKES.items():
        assert right in text
        (copy / f"{name}.mts").write_text(text.replace(right, wrong, 1), encoding="utf-8")
    settings = json.loads((copy / "tsconfig.json").read_text(encoding="utf-8"))
    settings["files"] += [f"{name}.mts" for name in MISTAKES]
    (copy / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")

    done = compiled(copy, tmp_path / "out")

    errors = [line for line in done.stdout.splitlines() if "error TS" in line]

    assert done.returncode != 0
    assert {Path(line.partition("(")[0]).stem for line in errors} == set(MISTAKES)
