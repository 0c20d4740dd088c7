"""The layers: what each of them holds, which other one it builds on, and which steps make it smaller."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Layer:
    """A layer, for any runtime and architecture.

    Attributes
    ----------
    name : str
        Its name on the command line and in the names of files.
    title : str
        Its name in messages to people.
    licence : str
        The licences of its packages, as the layer version shows them in Lambda.
    beneath : Layer or None
        Another layer that a function with this one always has: nothing of it is repeated here.
    same_as_training : tuple of str
        Packages whose versions must be those of the training environment.
    not_needed : frozenset of str
        Packages that others depend on, but that nothing imports of what a function runs.
    steps : tuple of str
        The slimming steps that it goes through, by their names in `layer_build.slim`.
    glibc : tuple of int
        The oldest version that its wheels load on; runtimes on an older system can't have the layer.
    dependencies : bool
        Whether what its packages depend on is locked with them.
    """

    name: str
    title: str
    licence: str
    beneath: Layer | None
    same_as_training: tuple[str, ...]
    not_needed: frozenset[str]
    steps: tuple[str, ...]
    glibc: tuple[int, int] = (2, 26)
    dependencies: bool = True


ML = Layer(
    "ml",
    "ML layer",
    licence="BSD-3-Clause",
    beneath=None,
    # What decides a prediction, or whether a stored model can be read.
    same_as_training=("numpy", "scipy", "scikit-learn", "skops"),
    # skops needs them to print model cards; `skops.io`, which loads models, imports neither.
    not_needed=frozenset({"prettytable", "wcwidth"}),
    steps=("prune", "strip", "trace", "defer", "bytecode"),
)
# What decides a table is what reads it; the code is written for several versions of pandas.
JOBS = Layer(
    "jobs",
    "jobs layer",
    licence="BSD-3-Clause, MIT, Apache-2.0, MIT-CMU, Python-2.0",
    beneath=ML,
    same_as_training=("fastparquet", "matplotlib"),
    not_needed=frozenset(),
    # No `trace` and `defer`: they know what scikit-learn reaches, and jobs may reach anything.
    steps=("prune", "strip", "bytecode"),
)
LAKE = Layer(
    "lake",
    "lake layer",
    licence="Apache-2.0, MIT, BSD-3-Clause, MPL-2.0, PSF-2.0",
    beneath=None,
    # Not pyarrow: Amazon Linux 2 can't load the training environment's.
    same_as_training=("duckdb", "pyiceberg"),
    # Another way to S3 than pyarrow's, and what rich colours code and lays out Markdown with.
    not_needed=frozenset({"fsspec", "markdown-it-py", "mdurl", "pygments"}),
    steps=("prune", "strip", "bytecode"),
)
ONNX = Layer(
    "onnx",
    "ONNX layer",
    licence="MIT",
    beneath=ML,
    same_as_training=("onnxruntime",),
    # For its tools, which convert and quantize models; what predicts has both in its machine code.
    not_needed=frozenset({"flatbuffers", "protobuf"}),
    steps=("prune", "strip", "bytecode"),
    # manylinux_2_27 since onnxruntime 1.17; 1.16 needs numpy 1.
    glibc=(2, 27),
)
TEXT = Layer(
    "text",
    "text layer",
    licence="Apache-2.0, MIT",
    beneath=ML,
    same_as_training=(),
    not_needed=frozenset(),
    steps=("prune", "weights", "bytecode"),
    # sentence-transformers, and with it PyTorch; the numpy beneath runs the model.
    dependencies=False,
)
LAYERS = {layer.name: layer for layer in (ML, JOBS, LAKE, ONNX, TEXT)}
