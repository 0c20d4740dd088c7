"""The layers that there are: what each holds, on top of which other one, and how it is made and proved."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Layer:
    """What a layer is, whatever runtime and architecture it is built for.

    Attributes
    ----------
    name : str
        On the command line, and in the names of files.
    title : str
        In what the builder says.
    licence : str
        Of what is in it, for Lambda.
    beneath : Layer or None
        A function has that layer too: what it holds isn't held twice.
    same_as_training : tuple of str
        Packages whose versions must be those of the training environment.
    not_needed : frozenset of str
        Packages that others ask for, and that nothing imports of what we run.
    steps : tuple of str
        The slimming steps that it goes through, see `layer_build.slim`.
    """

    name: str
    title: str
    licence: str
    beneath: Layer | None
    same_as_training: tuple[str, ...]
    not_needed: frozenset[str]
    steps: tuple[str, ...]


ML = Layer(
    "ml",
    "ML layer",
    licence="BSD-3-Clause",
    beneath=None,
    # What decides a prediction, or whether a stored model can be read.
    same_as_training=("numpy", "scipy", "scikit-learn", "skops"),
    # skops asks for them to print model cards; `skops.io`, which loads models, imports neither.
    not_needed=frozenset({"prettytable", "wcwidth"}),
    steps=("prune", "strip", "one-openblas", "trace", "defer", "bytecode"),
)
# What decides a day's file or a table is DuckDB; the code is written for several versions of pandas.
JOBS = Layer(
    "jobs",
    "jobs layer",
    licence="BSD-3-Clause, MIT, Apache-2.0, MIT-CMU, Python-2.0",
    beneath=ML,
    same_as_training=("duckdb", "matplotlib"),
    not_needed=frozenset(),
    # No `trace` and `defer`: they know what scikit-learn reaches, and jobs may reach anything.
    steps=("prune", "strip", "bytecode"),
)
LAYERS = {layer.name: layer for layer in (ML, JOBS)}
