"""A slimmed layer that does anything else than before is refused, with the name of what differs."""

import json
import py_compile
import sys
from pathlib import Path

import pytest

from layer_build.checks import size_of
from layer_build.errors import LayerError
from layer_build.probes.common import import_all
from layer_build.pythons import find_python, runs_here
from layer_build.report import steps_file
from layer_build.slim import STEPS, read_keep, slim
from layer_build.targets import Target
from layer_build.verify import Verifier, compare
from tests.layers import built_layer

TARGET = Target("python3.11", "x86_64")
PARTS = {
    "trusted": {"TYPES": ["a"]},
    "errors": {"forest, two features": "ValueError: X has 2 features"},
    "models": {"forest": ["11", "11"]},
    "linear_algebra": {"solve d 3": "22"},
}
RECORD = {"imports": {"scipy.stats": "", "scipy.gone": ""}, "parts": PARTS}


def test_same_results_and_a_module_left_out_are_accepted() -> None:
    compare(
        RECORD, {**RECORD, "imports": {"scipy.stats": "", "scipy.gone": "… was left out of this layer; add"}}
    )


def test_module_that_imports_now_and_did_not_before_is_accepted() -> None:
    before = {**RECORD, "imports": {"scipy.stats": "ModuleNotFoundError: No module named 'pytest'"}}

    compare(before, {**RECORD, "imports": {"scipy.stats": ""}})


@pytest.mark.parametrize(
    ("part", "name", "value", "words"),
    [
        ("models", "forest", ["11", "12"], "models: forest isn't what it was"),
        ("trusted", "TYPES", ["a", "b"], "trusted: TYPES isn't what it was"),
    ],
)
def test_difference_is_refused_by_name(part: str, name: str, value: object, words: str) -> None:
    with pytest.raises(LayerError, match=words):
        compare(RECORD, {**RECORD, "parts": {**PARTS, part: {name: value}}})


def test_module_that_does_not_import_any_more_is_refused_by_name() -> None:
    with pytest.raises(LayerError, match=r"scipy\.stats doesn't import any more \(ImportError: no\)"):
        compare(RECORD, {**RECORD, "imports": {"scipy.stats": "ImportError: no"}})


def test_import_fails_alike_before_and_after_compiling_in_whatever_folder(
    tmp_path: Path, monkeypatch
) -> None:
    problems = []
    for suffix in (".py", ".pyc"):
        layer = tmp_path / "my (own) Übungen" / suffix
        layer.mkdir(parents=True)
        (layer / "failing.py").write_text("from empty import missing\n")
        (layer / "empty.py").touch()
        if suffix == ".pyc":
            py_compile.compile(str(layer / "empty.py"), str(layer / "empty.pyc"))
            (layer / "empty.py").unlink()
        monkeypatch.setattr(sys, "path", [str(layer), *sys.path])
        monkeypatch.delitem(sys.modules, "empty", raising=False)
        problems.append(import_all(layer))
    monkeypatch.delitem(sys.modules, "empty")

    assert (
        problems == [{"empty": "", "failing": "ImportError: cannot import name 'missing' from 'empty'"}] * 2
    )


def test_target_that_cannot_run_here_is_said_not_to_be_verified(tmp_path: Path) -> None:
    other = Target("python3.11", "arm64" if runs_here(TARGET) else "x86_64")

    verifier = Verifier.before(tmp_path, other, find_python(other.runtime))

    assert not verifier.can_run
    assert verifier.verify(tmp_path) == f"not verified by running it: this machine doesn't run {other.arch}"


def test_unknown_step_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        LayerError, match=r"^--without squeeze: there is no such step; known are prune, strip"
    ):
        slim(tmp_path, TARGET, keep=[], without=["squeeze"], log=print)


@pytest.mark.parametrize("text", ['keep = "scipy.signal"\n', "keep = [\n"])
def test_keep_file_that_is_no_list_of_names_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "keep.toml").write_text(text)

    with pytest.raises(LayerError, match=r"^keep\.toml: "):
        read_keep(tmp_path / "keep.toml")


HALVES = (("prune", "defer"), ("strip", "trace", "bytecode"))


@pytest.mark.slow
@pytest.mark.skipif(not runs_here(TARGET), reason="this machine doesn't run x86_64 Linux code")
@pytest.mark.parametrize("without", [(), *HALVES], ids=lambda without: "-".join(without) or "none")
def test_real_layer_predicts_the_same_without_any_of_the_steps(without: tuple[str, ...]) -> None:
    """No step needs another one: each is left out once, and the build has verified what was left."""
    layer = built_layer(TARGET, without=without)

    steps = json.loads(steps_file(layer).read_text())
    assert [step["name"] for step in steps] == [
        name for name in STEPS if name in TARGET.layer.steps and name not in without
    ]
    assert all(step["verified"] for step in steps)
    if not without:
        assert size_of(layer) <= 150_000_000
