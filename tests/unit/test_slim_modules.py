"""Which modules can be reached is read from files alone; what can't be reached says how to get it back."""

import subprocess
import sys
from pathlib import Path

import pytest

from layer_build.errors import LayerError
from layer_build.steps.modules import find_modules, imported
from layer_build.steps.trace import trace


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Lay out a made-up scikit-learn, which needs a part of a made-up scipy."""
    for name, text in {
        "sklearn/__init__.py": "",
        "sklearn/svm.py": "def fit():\n    from scipy.linalg import qr\n",
        "scipy/__init__.py": "",
        "scipy/linalg/__init__.py": "from ._qr import qr\n",
        "scipy/linalg/_qr.py": "qr = 1\n",
        "scipy/signal/__init__.py": "from . import windows\n",
        "scipy/signal/windows.py": "",
        "scipy/signal/LICENSE.txt": "a licence",
        "scipy/signal/table.npz": "data",
        "scipy/optional.py": "",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def names(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_module_imported_in_a_function_is_reached(root: Path) -> None:
    modules = find_modules(root)

    assert imported("sklearn.svm", modules) == {"scipy.linalg"}


def test_names_in_a_compiled_module_are_reached_in_full_and_relative(root: Path) -> None:
    (root / "sklearn" / "_tree.cpython-311-x86_64-linux-gnu.so").write_bytes(
        b"\x7fELF\0scipy.signal\0svm\0Signal processing\0"
    )

    assert imported("sklearn._tree", find_modules(root)) == {"scipy.signal", "sklearn.svm"}


def test_unreached_package_is_replaced_by_one_that_names_itself_and_keeps_its_licence(root: Path) -> None:
    trace(root)

    left = {name for name in names(root) if name.startswith("scipy/signal")}
    assert left == {"scipy/signal/__init__.py", "scipy/signal/LICENSE.txt"}
    assert (root / "scipy/linalg/_qr.py").read_text() == "qr = 1\n"


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("import scipy.signal", "scipy.signal"),
        ("from scipy import signal", "scipy.signal"),
        ("from scipy.signal import windows", "scipy.signal"),
        ("import scipy.optional", "scipy.optional"),
    ],
)
def test_import_of_what_was_left_out_says_how_to_get_it_back(
    root: Path, statement: str, missing: str
) -> None:
    trace(root)

    program = f"try:\n    {statement}\nexcept ModuleNotFoundError as error:\n    print(error)"
    done = subprocess.run(
        [sys.executable, "-S", "-B", "-c", program],
        env={"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == (
        f'{missing} was left out of this layer; add keep = ["{missing}"] in layer_build/keep.toml '
        "and build again\n"
    )


def test_kept_package_stays_whole(root: Path) -> None:
    before = {name for name in names(root) if name.startswith("scipy/signal")}

    trace(root, keep=["scipy.signal"])

    assert {name for name in names(root) if name.startswith("scipy/signal")} == before


def test_unknown_module_to_keep_is_refused(root: Path) -> None:
    with pytest.raises(LayerError, match=r"^keep: scipy\.sginal isn't in the layer"):
        trace(root, keep=["scipy.sginal"])
