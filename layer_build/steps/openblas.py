"""Step `one-openblas`: numpy and scipy each bring an OpenBLAS of 25 MB; one serves both.

The two differ in the width of their integers. In place of numpy's comes a library of a few kilobytes under
the same name, which has the routines that numpy calls and passes the calls on (`shim`, `lapack_calls`). What
can't be done exactly isn't done: other versions of OpenBLAS may round differently.

It is here for its size alone, 30.2 MB on python3.11 and x86_64: with it the ML layer and the jobs layer have
252.2 MB together, without it 282.4 MB, 20.3 MB over what Lambda allows a function. It makes no cold start
faster: without it a scikit-learn model's takes 0.98 times the CPU (100 pairs, 95 % interval 0.96 to 0.99). As
soon as the jobs fit in without it, it can go. `docs/adr/0006-one-openblas.md` has the figures of all targets.
"""

from __future__ import annotations

import re
from pathlib import Path

from layer_build.elf import Elf, is_elf
from layer_build.steps.lapack_calls import find_call, narrow
from layer_build.steps.prune import remove_empty_folders
from layer_build.steps.shim import make_shim
from layer_build.targets import Target

VERSION = re.compile(rb"OpenBLAS (\d+\.\d+\.\d+\S*)")
# Pairs that were found to give the same results to the last bit, with every kernel that the machine has.
# On arm64 these two differ in the last bit of single precision products.
SAME_RESULTS = {("x86_64", "0.3.29", "0.3.29.dev")}
BUNDLED_TWICE = re.compile(r"(lib\w+-[0-9a-f]{8})-[0-9a-f]{8}(\.so.*)")
WIDE_SYMBOL = re.compile(rb"\0(scipy_[a-z_]+64_)(?=\0)")


def one_openblas(root: Path, target: Target) -> str:
    """Replace numpy's OpenBLAS by a library that calls scipy's, if that gives the same results.

    Returns
    -------
    str
        What was done, or why nothing was, for the report.
    """
    numpys = sorted(root.glob("numpy.libs/libscipy_openblas64_*.so"))
    scipys = sorted(root.glob("scipy.libs/libscipy_openblas-*.so"))
    if len(numpys) != 1 or len(scipys) != 1:
        return "nothing done: there aren't two OpenBLAS"
    [wide], [narrow_one] = numpys, scipys
    ours, theirs = _version(wide), _version(narrow_one)
    if (target.arch, ours, theirs) not in SAME_RESULTS:
        return f"nothing done: OpenBLAS {ours} and {theirs} may round differently on {target.arch}"
    symbols = wanted(root, wide.name)
    library = narrow_one.read_bytes()
    missing = [
        name for name in symbols if not _is_known(name) or f"\0{narrow(name)}\0".encode() not in library
    ]
    if missing:
        return f"nothing done: no way to pass on {', '.join(missing)}"
    rpath = "$ORIGIN/../scipy.libs"
    wide.write_bytes(make_shim(symbols, soname=wide.name, needed=narrow_one.name, rpath=rpath))
    merge_copies(root / "scipy.libs")
    unneeded = remove_unneeded(root)
    return (
        f"numpy's calls go to scipy's OpenBLAS {theirs}, {len(unneeded)} libraries of Fortran are removed too"
    )


def wanted(root: Path, library: str) -> list[str]:
    """Return the routines with 64-bit integers that numpy's modules need of a library."""
    names: set[str] = set()
    for path in root.glob("numpy/**/*.so"):
        data = path.read_bytes()
        if library in Elf(data).needed:
            names |= {name.decode() for name in WIDE_SYMBOL.findall(data)}
    return sorted(names)


def merge_copies(folder: Path) -> None:
    """Let all libraries of a folder need one copy of a library that is there twice.

    auditwheel adds a hash of a library's content to its name each time that it puts it into a wheel:
    ``libgfortran-040039e1-0352e75f.so.5`` is ``libgfortran-040039e1.so.5``, put into a wheel once more.
    """
    for path in sorted(folder.iterdir()):
        again = BUNDLED_TWICE.fullmatch(path.name)
        if again is None or not (folder / f"{again[1]}{again[2]}").exists():
            continue
        old, new = path.name.encode(), f"{again[1]}{again[2]}".encode()
        for library in folder.iterdir():
            data = library.read_bytes()
            if library != path and path.name in Elf(data).needed:
                library.write_bytes(
                    data.replace(b"\0" + old + b"\0", b"\0" + new.ljust(len(old), b"\0") + b"\0")
                )


def remove_unneeded(root: Path) -> list[str]:
    """Remove the bundled libraries that no file needs any more, and return their names."""
    removed: list[str] = []
    while True:
        files = [path for path in sorted(root.rglob("*.so*")) if path.is_file() and is_elf(path)]
        needed = {name for path in files for name in Elf(path.read_bytes()).needed}
        unneeded = [p for p in files if p.parent.suffix == ".libs" and p.name not in needed]
        # A library of the same name elsewhere doesn't make one needed: each package looks in its own folder.
        unneeded += [
            p for p in files if p.parent == root / "numpy.libs" and p.name not in _needed_by_numpy(root)
        ]
        if not unneeded:
            remove_empty_folders(root)
            return removed
        for path in set(unneeded):
            path.unlink()
            removed.append(path.name)


def _needed_by_numpy(root: Path) -> set[str]:
    files = [*root.glob("numpy/**/*.so"), *root.glob("numpy.libs/*")]
    return {name for path in files for name in Elf(path.read_bytes()).needed}


def _version(path: Path) -> str:
    match = VERSION.search(path.read_bytes())
    return match[1].decode() if match else "of unknown version"


def _is_known(symbol: str) -> bool:
    try:
        find_call(symbol)
    except KeyError:
        return False
    return True
