"""Compiled modules are the same bytes wherever they are compiled, and never go stale."""

import subprocess
import sys
from pathlib import Path

from layer_build.steps.bytecode import COMPILER, compile_sources
from layer_build.targets import Target

THIS = Target(f"python{sys.version_info[0]}.{sys.version_info[1]}", "x86_64")
SOURCES = {
    "sklearn/a.py": 'import os\nNAMES = {"left", "right", "os"}\n'
    'def f(left):\n    """Help."""\n    return left in NAMES\n',
    "sklearn/b.py": 'class Left:\n    """Help."""\n    left = "right"\n    def f(self): "only help"\n',
    "numpy/c.py": 'def f():\n    """Help."""\n    return f.__doc__\n',
}


def lay_out(folder: Path) -> Path:
    for name, text in SOURCES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def compiled(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def test_other_folder_hash_seed_and_neighbours_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = lay_out(tmp_path / "one"), lay_out(tmp_path / "a" / "much" / "longer" / "folder")
    (other / "aaa.py").write_text('left = right = os = "Help."\n')

    for folder, seed in ((one, "0"), (other, "7")):
        command = [sys.executable, "-I", "-S", "-B", str(COMPILER), str(folder), "/opt/python"]
        subprocess.run(command, check=True, env={"PYTHONHASHSEED": seed}, capture_output=True)
    (other / "aaa.pyc").unlink()

    assert compiled(one) == compiled(other)


def test_pyc_is_unchecked_stands_alone_and_names_where_it_is_mounted(tmp_path: Path) -> None:
    root = lay_out(tmp_path)

    note = compile_sources(root, THIS)

    files = compiled(root)
    assert sorted(files) == ["numpy/c.pyc", "sklearn/a.pyc", "sklearn/b.pyc"]
    assert {data[4:8] for data in files.values()} == {b"\1\0\0\0"}
    assert b"/opt/python/sklearn/a.py" in files["sklearn/a.pyc"]
    assert str(tmp_path).encode() not in b"".join(files.values())
    assert note.startswith("3 modules as unchecked-hash .pyc of Python 3.")


def test_help_goes_except_where_a_module_reads_it(tmp_path: Path) -> None:
    compile_sources(lay_out(tmp_path), THIS)

    program = (
        "import sklearn.a, sklearn.b, numpy.c; print(sklearn.a.f.__doc__, sklearn.b.Left().f(), numpy.c.f())"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-B", "-c", program],
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "None None Help.\n"


def test_without_a_python_of_the_target_sources_stay_and_the_cost_is_said(tmp_path: Path) -> None:
    root = lay_out(tmp_path)

    note = compile_sources(root, Target("python3.99", "x86_64"))

    assert note.startswith("nothing done: no Python 3.99 here")
    assert "uv python install 3.99" in note
    assert sorted(compiled(root)) == sorted(SOURCES)
