"""A slimmed layer that does anything else than before is refused, with the name of what differs."""

import shutil
from pathlib import Path

import pytest

from layer_build.errors import LayerError
from layer_build.install import install, normalise
from layer_build.pythons import find_python, runs_here
from layer_build.slim import STEPS, read_keep, size, slim
from layer_build.targets import Target
from layer_build.verify import Verifier, _compare

TARGET = Target("python3.11", "x86_64")
PARTS = {
    "trusted": {"TYPES": ["a"]},
    "errors": {"forest, two features": "ValueError: X has 2 features"},
    "models": {"forest": ["11", "11"]},
    "linear_algebra": {"solve d 3": "22"},
}
RECORD = {"imports": {"scipy.stats": "", "scipy.gone": ""}, "parts": PARTS}


def test_same_results_and_a_module_left_out_are_accepted() -> None:
    _compare(
        RECORD, {**RECORD, "imports": {"scipy.stats": "", "scipy.gone": "… was left out of this layer; add"}}
    )


def test_module_that_imports_now_and_did_not_before_is_accepted() -> None:
    before = {**RECORD, "imports": {"scipy.stats": "ModuleNotFoundError: No module named 'pytest'"}}

    _compare(before, {**RECORD, "imports": {"scipy.stats": ""}})


@pytest.mark.parametrize(
    ("part", "name", "value", "words"),
    [
        ("models", "forest", ["11", "12"], "models: forest isn't what it was"),
        (
            "errors",
            "forest, two features",
            "ValueError: other",
            "errors: forest, two features isn't what it was",
        ),
        ("linear_algebra", "solve d 3", "23", "linear_algebra: solve d 3 isn't what it was"),
        ("trusted", "TYPES", ["a", "b"], "trusted: TYPES isn't what it was"),
    ],
)
def test_difference_is_refused_by_name(part: str, name: str, value: object, words: str) -> None:
    with pytest.raises(LayerError, match=words):
        _compare(RECORD, {**RECORD, "parts": {**PARTS, part: {name: value}}})


def test_module_that_does_not_import_any_more_is_refused_by_name() -> None:
    with pytest.raises(LayerError, match=r"scipy\.stats doesn't import any more \(ImportError: no\)"):
        _compare(RECORD, {**RECORD, "imports": {"scipy.stats": "ImportError: no"}})


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


@pytest.mark.parametrize("text", ["keep = 3\n", 'keep = "scipy.signal"\n', "keep = [1]\n", "keep = [\n"])
def test_keep_file_that_is_no_list_of_names_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "keep.toml").write_text(text)

    with pytest.raises(LayerError, match=r"^keep\.toml: "):
        read_keep(tmp_path / "keep.toml")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the default target's layer before it is slimmed."""
    root = tmp_path_factory.mktemp("layer") / "python"
    install(root, TARGET, installer="uv")
    normalise(root)
    return root


@pytest.mark.slow
@pytest.mark.skipif(not runs_here(TARGET), reason="this machine doesn't run x86_64 Linux code")
@pytest.mark.parametrize("without", [None, *STEPS])
def test_real_layer_predicts_the_same_with_each_step_off(
    installed: Path, tmp_path: Path, without: str | None
) -> None:
    root = tmp_path / "python"
    shutil.copytree(installed, root)

    results = slim(root, TARGET, keep=[], without=[without] if without else [], log=print)

    assert [result.name for result in results] == [name for name in STEPS if name != without]
    assert all(result.verified for result in results)
    if without is None:
        assert size(root) <= 120_000_000
