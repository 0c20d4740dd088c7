"""Step `prune`: removes what no program reads at run time: tests, headers, C sources, sample data."""

from __future__ import annotations

import shutil
from pathlib import Path

TESTS = "tests"
# numpy.testing imports it, and scipy imports numpy.testing.
KEPT_TESTS = ("numpy/_core/tests/_natype.py",)

# Type stubs, C, C++, Fortran and Cython sources with their templates, static libraries, build files, prose.
UNREAD_SUFFIXES = frozenset(
    [
        ".pyi",
        ".pyx",
        ".pxd",
        ".pxi",
        ".tp",
        ".h",
        ".hpp",
        ".c",
        ".cc",
        ".cpp",
        ".f",
        ".f90",
        ".src",
        ".a",
        ".build",
        ".template",
        ".rst",
        ".pc",
    ]
)
UNREAD_FOLDERS = (
    # Sample data of sklearn.datasets: load_iris and the like.
    "sklearn/datasets/data",
    "sklearn/datasets/images",
    "sklearn/datasets/descr",
    # Examples and a window's icons.
    "matplotlib/mpl-data/sample_data",
    "matplotlib/mpl-data/images",
    # Metrics of PostScript's fonts, for PDF.
    "matplotlib/mpl-data/fonts/afm",
    "matplotlib/mpl-data/fonts/pdfcorefonts",
    # Builds scikit-learn; reads the source of sklearn/__init__.py, which a layer of bytecode hasn't.
    "sklearn/_build_utils",
    # Convert, optimize, quantize and describe models; the last one needs the package onnx.
    "onnxruntime/tools",
    "onnxruntime/transformers",
    "onnxruntime/quantization",
    "onnxruntime/datasets",
    "onnxruntime/backend",
    # Hive's catalogue, for which Thrift would be needed, too.
    "fb303",
    "hive_metastore",
)
UNREAD_FILES = (
    # AVIF, WebP, colour profiles, and text in images: two thirds of what Pillow weighs. Without them it says
    # what it can't do. Matplotlib has a FreeType of its own.
    *(f"PIL/{name}.*.so" for name in ("_avif", "_webp", "_imagingcms", "_imagingft", "_imagingtk")),
    *(
        f"pillow.libs/lib{name}-*.so.*"
        for name in (
            *("avif", "webp", "webpmux", "webpdemux", "sharpyuv", "lcms2"),
            *("freetype", "harfbuzz", "brotlicommon", "brotlidec", "png16"),
        )
    ),
    # Files for PDF, PostScript and LaTeX, windows, and the typefaces that no report has.
    *(
        f"matplotlib/backends/{name}.py"
        for name in ("_backend_pdf_ps", "backend_pdf", "backend_pgf", "backend_ps")
    ),
    *(f"matplotlib/backends/{name}" for name in ("_tkagg.*.so", "_backend_tk.py", "backend_tk*.py")),
    *(f"matplotlib/mpl-data/fonts/ttf/DejaVu{name}ttf" for name in ("Serif-*.", "Serif.", "SansMono*.")),
    # Arrow's RPC, and the second and third copy of libraries that linkers look for under other names.
    "pyarrow/_flight.*.so",
    "pyarrow/flight.py",
    "pyarrow/libarrow_flight.so.*",
    "pyarrow/libarrow_python*.so",
    "pyarrow/libarrow_python*.so.*.*",
    "pyarrow/libarrow_python_flight.so.*",
    "pyarrow/conftest.py",
    "pyiceberg/catalog/hive.py",
    # A second copy of what Python's own module has inside, for C. The small library beside it, which only
    # GPUs' libraries need, stays: without it each start writes a warning.
    "onnxruntime/capi/libonnxruntime.so.*",
    "onnxruntime/capi/convert_npz_to_onnx_adapter.py",
    "onnxruntime/capi/onnxruntime_collect_build_info.py",
    # For PyPy; on CPython the module takes its other half.
    "zstandard/_cffi.*.so",
    "zstandard/backend_cffi.py",
)
# What stays of packages that are there for little of what they do: of fontTools, the glyphs' names.
READ_FILES = {
    "fontTools": {"__init__.py", "agl.py", "misc/__init__.py", "misc/loggingTools.py", "misc/textTools.py"}
}


def prune(root: Path) -> str:
    """Remove what is never read at run time; licence files stay.

    Returns
    -------
    str
        What was removed, for the report.
    """
    before = sum(path.is_file() for path in root.rglob("*"))
    for path in sorted(root.rglob(TESTS)):
        if path.is_dir():
            _remove_tests(path, root)
    for name in UNREAD_FOLDERS:
        shutil.rmtree(root / name, ignore_errors=True)
    for package, read in READ_FILES.items():
        for path in (root / package).rglob("*"):
            name = path.relative_to(root / package).as_posix()
            if name not in read and path.is_file() and not is_licence(path):
                path.unlink()
    for path in {path for pattern in UNREAD_FILES for path in root.glob(pattern)}:
        path.unlink()
    for path in root.rglob("*"):
        if path.suffix in UNREAD_SUFFIXES and path.is_file() and not is_licence(path):
            path.unlink()
    remove_empty_folders(root)
    return f"{before - sum(path.is_file() for path in root.rglob('*')):,} files that nobody reads"


def is_licence(path: Path) -> bool:
    """Return by its name whether a file is a licence, which must stay with the code."""
    return any(word in path.name.upper() for word in ("LICENSE", "LICENCE", "COPYING", "NOTICE"))


def remove_empty_folders(root: Path) -> None:
    """Remove empty folders, the deepest first, so that those that held only empty folders are removed too."""
    for path in sorted(root.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def _remove_tests(folder: Path, root: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(root).as_posix() not in KEPT_TESTS and not is_licence(path):
            path.unlink()
