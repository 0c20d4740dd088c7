"""The library that passes numpy's calls on is a whole one, and passes on only what is known to be exact."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from layer_build.elf import Elf
from layer_build.pythons import runs_here
from layer_build.steps.lapack_calls import find_call
from layer_build.steps.openblas import one_openblas
from layer_build.steps.shim import make_shim
from layer_build.targets import Target

X86_64, ARM64 = Target("python3.11", "x86_64"), Target("python3.11", "arm64")
SYMBOLS = ["scipy_cblas_dgemm64_", "scipy_dgesv_64_", "scipy_dgetrf_64_", "scipy_zgelsd_64_"]
NAMES = {"soname": "libwide.so", "needed": "libnarrow.so", "rpath": "$ORIGIN/../scipy.libs"}


def test_library_has_the_names_that_the_loader_looks_for() -> None:
    elf = Elf(make_shim(SYMBOLS, **NAMES))

    assert (elf.machine, elf.soname, elf.needed, elf.rpath) == (
        X86_64.machine,
        "libwide.so",
        ["libnarrow.so"],
        ["$ORIGIN/../scipy.libs"],
    )
    assert all((s.address - s.offset) % s.align == 0 for s in elf.segments if s.align > 1)


def test_routine_of_unknown_outputs_is_not_passed_on() -> None:
    with pytest.raises(KeyError, match="trsen"):
        find_call("scipy_dtrsen_64_")


def fake_layer(root: Path, wide: str, narrow: str) -> Path:
    for folder, name, version in (
        ("numpy.libs", "libscipy_openblas64_-aa.so", wide),
        ("scipy.libs", "libscipy_openblas-bb.so", narrow),
    ):
        (root / folder).mkdir()
        (root / folder / name).write_bytes(f"OpenBLAS {version} ".encode())
    return root


@pytest.mark.parametrize(
    ("target", "wide", "narrow"),
    [(X86_64, "0.3.34", "0.3.31.dev"), (ARM64, "0.3.29", "0.3.29.dev")],
    ids=["other versions", "other rounding on this machine"],
)
def test_pair_that_is_not_proven_is_left_alone(
    tmp_path: Path, target: Target, wide: str, narrow: str
) -> None:
    root = fake_layer(tmp_path, wide, narrow)

    note = one_openblas(root, target)

    assert note == f"nothing done: OpenBLAS {wide} and {narrow} may round differently on {target.arch}"
    assert (root / "numpy.libs/libscipy_openblas64_-aa.so").read_bytes().startswith(b"OpenBLAS")


@pytest.mark.skipif(not runs_here(X86_64), reason="this machine doesn't run x86_64 Linux code")
def test_pivots_and_info_come_back_as_64_bit_integers(tmp_path: Path) -> None:
    [scipys] = Path(np.__file__).parents[1].glob("scipy.libs/libscipy_openblas-*.so")
    shim = tmp_path / "libwide.so"
    shim.write_bytes(
        make_shim(["scipy_dgetrf_64_"], soname=shim.name, needed=scipys.name, rpath=str(scipys.parent))
    )
    program = (
        "import ctypes, sys\n"
        "import numpy as np\n"
        "routine = ctypes.CDLL(sys.argv[1]).scipy_dgetrf_64_\n"
        "a = np.array([[0.0, 2.0, 1.0], [4.0, 1.0, 0.0], [0.0, 0.0, 0.0]], order='F')\n"
        "pivots, info = np.full(3, -1, np.int64), np.array(-1, np.int64)\n"
        "size = np.array(3, np.int64)\n"
        "pointers = [x.ctypes.data_as(ctypes.c_void_p) for x in (size, size, a, size, pivots, info)]\n"
        "routine(*pointers)\n"
        "print(pivots.tolist(), int(info))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, str(shim)], capture_output=True, text=True, check=True
    )

    # Rows 1 and 2 change places; the third column has no pivot.
    assert done.stdout == "[2, 2, 3] 3\n"
