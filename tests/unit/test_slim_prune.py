"""What nobody reads goes; licences, code and data that is read stay."""

from pathlib import Path

from layer_build.steps.prune import prune

STAYS = [
    "numpy/__init__.py",
    "numpy/_core/tests/_natype.py",
    "numpy/_core/tests/LICENSE.txt",
    "scipy/stats/_sobol_direction_numbers.npz",
    "scipy/spatial/COPYING_QHULL.rst",
    "sklearn/utils/_repr_html/estimator.css",
]
GOES = [
    "numpy/_core/tests/test_multiarray.py",
    "numpy/_core/include/numpy/arrayobject.h",
    "numpy/__init__.pyi",
    "scipy/linalg/cython_blas.pxd",
    "sklearn/datasets/data/iris.csv",
    "sklearn/tests/test_base.py",
]


def test_tests_headers_and_sample_data_go_and_nothing_else(tmp_path: Path) -> None:
    for name in [*STAYS, *GOES]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")

    note = prune(tmp_path)

    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()) == sorted(
        STAYS
    )
    assert not (tmp_path / "sklearn" / "tests").exists()
    assert note == "6 files that nobody reads"
