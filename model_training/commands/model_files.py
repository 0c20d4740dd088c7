"""The model that is published: the folder that `fit` wrote, or a file of an owner's own."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from model_training.commands.moments import PastMoment
from model_training.commands.options import PATH
from recall.pointer import ONNX, PORTABLE, SKOPS

if TYPE_CHECKING:
    import pandas as pd

    from model_training.registry.publish import Release


class ModelFile(NamedTuple):
    """A model to publish.

    Parameters
    ----------
    path : Path
        Where it lies.
    format : str
        One of those of `recall.pointer`; ``portable`` is the folder that `fit` wrote.
    trained_until : datetime or None
        Until when the reviews went that an ONNX model was fitted to, aware of its time zone.
    """

    path: Path
    format: str
    trained_until: datetime | None

    def read(self, reviews: pd.DataFrame | None) -> Release:
        """Read and check the model, and measure one of an owner's own on reviews."""
        from model_training.own_model.release import load_onnx_release, load_skops_release
        from model_training.registry.publish import load_release

        if self.format == ONNX:
            return load_onnx_release(self.path, self.trained_until, reviews)
        return load_skops_release(self.path, reviews) if self.format == SKOPS else load_release(self.path)


def model_file(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add which model is published: ``model`` is a `ModelFile`."""

    @functools.wraps(function)
    def run(
        *,
        directory: Path | None,
        sklearn: Path | None,
        onnx: Path | None,
        trained_until: datetime | None,
        **options: Any,
    ) -> Any:
        paths = {PORTABLE: directory, SKOPS: sklearn, ONNX: onnx}
        given = [(path, kind) for kind, path in paths.items() if path is not None]
        if len(given) != 1:
            raise click.UsageError(
                "publish takes one model: the folder that fit wrote, --sklearn model.skops or --onnx "
                "model.onnx"
            )
        if trained_until is not None and onnx is None:
            raise click.UsageError("--trained-until is for --onnx: the other models need no such time")
        return function(model=ModelFile(*given[0], trained_until), **options)

    directory = click.argument("directory", type=PATH, required=False, metavar="[DIR]")
    sklearn = click.option(
        "--sklearn",
        type=PATH,
        metavar="FILE.skops",
        help="A fitted scikit-learn estimator of your own, instead of DIR.",
    )
    onnx = click.option(
        "--onnx",
        type=PATH,
        metavar="FILE.onnx",
        help="An ONNX model of your own, instead of DIR; the stage needs the setting `onnx`.",
    )
    trained_until = click.option(
        "--trained-until",
        type=PastMoment(),
        metavar="TIME",
        help="Until when the reviews went that the ONNX model was fitted to, such as 2026-05-01 or "
        "2026-05-01T18:00:00Z: it is judged on newer ones.",
    )
    return directory(sklearn(onnx(trained_until(run))))
