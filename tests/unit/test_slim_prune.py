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
    "PIL/_imaging.cpython-313-x86_64-linux-gnu.so",
    "pillow.libs/libjpeg-6dc8d115.so.62.4.0",
    "fontTools/agl.py",
    "matplotlib/backends/backend_svg.py",
    "matplotlib/mpl-data/fonts/ttf/DejaVuSans-Bold.ttf",
    "pyarrow/libarrow_python.so.2600",
    "pyarrow/libarrow_substrait.so.2600",
    "pyiceberg/catalog/rest/__init__.py",
    "onnxruntime/ThirdPartyNotices.txt",
    "onnxruntime/capi/onnxruntime_pybind11_state.cpython-313-x86_64-linux-gnu.so",
    "zstandard/backend_c.cpython-313-x86_64-linux-gnu.so",
]
GOES = [
    "numpy/_core/tests/test_multiarray.py",
    "numpy/_core/include/numpy/arrayobject.h",
    "numpy/__init__.pyi",
    "scipy/linalg/cython_blas.pxd",
    "sklearn/datasets/data/iris.csv",
    "sklearn/tests/test_base.py",
    "hive_metastore/ttypes.py",
    "onnxruntime/capi/libonnxruntime.so.1.32.0",
    "onnxruntime/tools/symbolic_shape_infer.py",
    "PIL/_webp.cpython-313-x86_64-linux-gnu.so",
    "pillow.libs/libwebp-51b0b3f7.so.7.2.0",
    "fontTools/ttLib/ttFont.py",
    "matplotlib/backends/backend_pdf.py",
    "matplotlib/mpl-data/fonts/afm/cmex10.afm",
    "matplotlib/mpl-data/fonts/ttf/DejaVuSerif-Bold.ttf",
    "pyarrow/_flight.cpython-313-x86_64-linux-gnu.so",
    "pyarrow/libarrow_flight.so.2600",
    "pyarrow/libarrow_python.so",
    "pyarrow/libarrow_python.so.2600.1.0",
    "pyarrow/libarrow_python_flight.so.2600",
    "pyarrow/src/arrow/python/inference.cc",
    "zstandard/_cffi.cpython-313-x86_64-linux-gnu.so",
]


def test_what_nobody_reads_goes_and_nothing_else(tmp_path: Path) -> None:
    for name in [*STAYS, *GOES]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")

    note = prune(tmp_path)

    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()) == sorted(
        STAYS
    )
    assert not (tmp_path / "sklearn" / "tests").exists()
    assert note == "22 files that nobody reads"
