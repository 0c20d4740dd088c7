"""A moved import is still an import: the same names, the same errors, from any thread."""

import subprocess
import sys
from pathlib import Path

import pytest

from layer_build.steps.defer import defer

HEAVY = "print('heavy is loaded')\ndef work(x):\n    return x + 1\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in {
        "sklearn/__init__.py": "",
        "sklearn/heavy.py": HEAVY,
        "sklearn/broken.py": "raise ImportError('broken in its own way')\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def run(root: Path, source: str, program: str) -> list[str]:
    """Defer a module's imports, run a program that may use it, and return what that prints."""
    (root / "sklearn" / "user.py").write_text(source)
    defer(root)
    done = subprocess.run(
        [sys.executable, "-S", "-B", "-c", program],
        env={"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_import_used_in_a_function_happens_at_its_first_call(root: Path) -> None:
    source = 'from .heavy import work\n\ndef f(x):\n    """Say."""\n    return work(x)\n'

    printed = run(
        root, source, "from sklearn import user; print('imported'); print(user.f(1)); print(user.f(2))"
    )

    assert printed == ["imported", "heavy is loaded", "2", "3"]


def test_name_is_still_there_for_others(root: Path) -> None:
    source = "from .heavy import work as task\ndef f():\n    return task(0)\n"

    printed = run(
        root,
        source,
        "from sklearn.user import task; print(task(1)); import sklearn.user as u; print('task' in dir(u))",
    )

    assert printed == ["heavy is loaded", "2", "True"]


def test_unknown_name_is_an_attribute_error_as_ever(root: Path) -> None:
    source = "from .heavy import work\ndef f():\n    return work(0)\n"

    printed = run(
        root,
        source,
        "import sklearn.user as u\ntry:\n    u.nothing\nexcept AttributeError as e:\n    print(e)",
    )

    assert printed == ["module 'sklearn.user' has no attribute 'nothing'"]


@pytest.mark.parametrize(
    "source",
    [
        "from .heavy import work\nvalue = work(1)\ndef f():\n    return work(1)\n",
        "from .heavy import work\ndef f(x=work):\n    return work(1)\n",
        "from .heavy import work\n@work\n\ndef f():\n    return 2\n".replace(
            "@work\n", "class C:\n    w = work\n"
        ),
        "from .heavy import work\ndef f(): return work(1)\n",
        "from .heavy import work\nwork = work\ndef f():\n    return work(1)\n",
        "try:\n    from .heavy import work\nexcept ImportError:\n    pass\ndef f():\n    return work(1)\n",
    ],
    ids=["module level", "default", "class body", "one line", "bound again", "guarded"],
)
def test_import_that_is_needed_at_once_stays(root: Path, source: str) -> None:
    assert run(root, source, "import sklearn.user; print('imported')") == ["heavy is loaded", "imported"]


def test_error_of_a_deferred_module_reaches_the_caller(root: Path) -> None:
    source = "from .broken import work\ndef f():\n    return work(0)\n"

    printed = run(
        root, source, "import sklearn.user as u\ntry:\n    u.f()\nexcept ImportError as e:\n    print(e)"
    )

    assert printed == ["broken in its own way"]


def test_threads_that_come_first_at_once_load_it_once(root: Path) -> None:
    source = "from .heavy import work\ndef f(x):\n    return work(x)\n"
    program = (
        "import threading; import sklearn.user as u; found = []\n"
        "gate = threading.Barrier(8)\n"
        "def go(i):\n    gate.wait(); found.append(u.f(i))\n"
        "threads = [threading.Thread(target=go, args=(i,)) for i in range(8)]\n"
        "[t.start() for t in threads]; [t.join() for t in threads]; print(sorted(found))"
    )

    assert run(root, source, program) == ["heavy is loaded", "[1, 2, 3, 4, 5, 6, 7, 8]"]
