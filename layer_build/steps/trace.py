"""Step `trace`: only modules that scikit-learn, skops.io and numpy can reach stay.

What a module imports is read from its file (`modules`), so a target gives the same result on every machine.
In place of what is removed, a module of one line stays; importing it raises an error with the way to get the
real one back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from layer_build.errors import LayerError
from layer_build.steps.modules import find_modules, imported, with_parents
from layer_build.steps.prune import is_licence, remove_empty_folders

ROOTS = ("numpy", "skops.io", "sklearn")

# Imports that are ignored: the importing package, the module, and why no prediction needs it.
CUTS = (
    ("numpy", "numpy.distutils", "builds extensions; gone from Python 3.12 on"),
    ("scipy", "scipy.signal", "compiled modules hold the word; nothing that scikit-learn uses imports it"),
    ("scipy.io", "scipy.io._fast_matrix_market._fmm_core", "reads .mtx files, on first use"),
    ("sklearn", "sklearn.utils.estimator_checks", "tests estimators, with pytest"),
    ("sklearn", "sklearn.utils._test_common", "the same"),
    ("skops", "sklearn.utils.estimator_checks", "the same"),
    ("skops", "sklearn.utils._test_common", "the same"),
    ("sklearn", "sklearn.conftest", "configures pytest"),
    ("sklearn", "sklearn._build_utils", "builds scikit-learn"),
)

# The error names the missing module. It has no attribute `name`: with one, `from package import module` would
# replace it by "cannot import name", without this message.
STAND_IN = (
    "raise ModuleNotFoundError(__name__ + ' was left out of this layer; add keep = [\"' + __name__ + '\"]"
    " in layer_build/keep.toml and build again')\n"
)


def trace(root: Path, keep: Sequence[str] = ()) -> str:
    """Replace the modules that can't be reached by ones that raise; data beside them is removed too.

    Parameters
    ----------
    root : Path
        The layer's ``python`` folder.
    keep : sequence of str
        Modules that stay besides, and packages that stay whole.

    Returns
    -------
    str
        A text with the number of modules removed, for the report.

    Raises
    ------
    LayerError
        If there is no module of a name in `keep`.
    """
    modules = find_modules(root)
    for name in keep:
        if name not in modules and not any(known.startswith(f"{name}.") for known in modules):
            raise LayerError(f"keep: {name} isn't in the layer; correct it in keep.toml or --keep")
    reached = reachable(modules, keep)
    gone = modules.keys() - reached
    for name in gone:
        modules[name].unlink()
    for name in sorted(gone):
        if not any(parent in gone for parent in with_parents([name]) - {name}):
            _put_stand_in(root, name, is_package=modules[name].name == "__init__.py")
    remove_empty_folders(root)
    return f"{len(gone):,} of {len(modules):,} modules that are never imported"


def reachable(modules: Mapping[str, Path], keep: Collection[str] = ()) -> set[str]:
    """Return the modules that can be imported, directly or not, from `ROOTS` and from what is kept."""
    waiting = {name for name in modules if _is_root(name) or any(_is_in(name, kept) for kept in keep)}
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        reached.add(name)
        found = with_parents({name, *imported(name, modules)}) & modules.keys()
        waiting |= {other for other in found - reached if not _is_cut(name, other)}
    return reached


def _is_root(name: str) -> bool:
    if _is_in(name, "sklearn"):  # all of it: any estimator may be in a model
        return not _is_cut("sklearn", name)
    return name in ROOTS


def _is_cut(importer: str, name: str) -> bool:
    return any(
        _is_in(importer, by) and _is_in(name, cut) and not _is_in(importer, cut) for by, cut, _ in CUTS
    )


def _is_in(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def _put_stand_in(root: Path, name: str, *, is_package: bool) -> None:
    path = root.joinpath(*name.split("."))
    if is_package:
        for left in [p for p in path.rglob("*") if p.is_file() and not is_licence(p)]:
            left.unlink()
        path = path / "__init__"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name(f"{path.name}.py").write_text(STAND_IN, encoding="utf-8")
