"""The reviews that recipes are fitted to, and those that they are measured on."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model_training.evaluation.scores import log_losses
from model_training.fitting.starting_point import default_model
from model_training.own_model.release import load_onnx_release
from model_training.progress import Progress
from model_training.registry.publish import Release, store
from model_training.registry.stored_model import StoredModel, read_model
from model_training.review_log.features import FEATURE_COLUMNS, OUTCOME, scored_features
from model_training.training.train import describe, train_features
from tests.frameworks.recipes import FRAMEWORKS, UNTIL, blocks, run
from tests.training.fake_s3 import FakeS3
from tests.training.logs import simulated


@dataclass(frozen=True)
class Reviews:
    """A log with its newest fifth kept back, and the file that the page's first block makes of the others.

    Parameters
    ----------
    folder : pathlib.Path
        Has ``reviews.parquet`` and ``reviews.npz``.
    until : str
        The date until which reviews are fitted to.
    older, newer : DataFrame
        The scored reviews on both sides of that date.
    """

    folder: Path
    until: str
    older: pd.DataFrame
    newer: pd.DataFrame

    def log_loss(self, probability: list[float] | np.ndarray) -> float:
        """Return the mean log loss in nats on the newer reviews."""
        return float(log_losses(self.newer[OUTCOME].to_numpy(), np.asarray(probability)).mean())

    @property
    def cards(self) -> list[tuple[float, float, float]]:
        """The newer reviews' inputs."""
        return list(self.newer[FEATURE_COLUMNS].itertuples(index=False, name=None))

    def exported(self, code: str, folder: Path, python: str | Path) -> Path:
        """Run a recipe and return the ONNX file that it makes."""
        shutil.copy(self.folder / "reviews.npz", folder)
        run(code, folder, python)
        assert {file.name for file in folder.iterdir()} == {"recipe.py", "reviews.npz", "model.onnx"}
        return folder / "model.onnx"


@pytest.fixture(scope="session")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> Reviews:
    """Give simulated reviews."""
    folder = tmp_path_factory.mktemp("reviews")
    log = simulated(6, 150)
    log.to_parquet(folder / "reviews.parquet")
    features = scored_features(log)
    boundary = features["reviewed_at"].quantile(0.8).floor("D")
    until = boundary.date().isoformat()
    (block,) = blocks("python")
    run(block.replace(UNTIL, until), folder)
    known = features["reviewed_at"] <= boundary
    return Reviews(folder, until, *(features[rows].reset_index(drop=True) for rows in (known, ~known)))


@pytest.fixture(scope="session")
def our_log_loss(reviews: Reviews) -> float:
    """Give what our own curve of three inputs reaches that is fitted to the same reviews."""
    data = describe(simulated(6, 150))
    with Progress(2) as progress:
        trained = train_features(reviews.older, data, progress, default_model(), None)
    recall = trained.artifact.three_inputs.recall_probability
    return reviews.log_loss([recall(*card) for card in reviews.cards])


@pytest.fixture(scope="session")
def frameworks() -> Path:
    """Give the Python that has the frameworks."""
    if not (FRAMEWORKS.parents[1] / "ready").exists():
        pytest.skip("!!! NOT RUN: there is no PyTorch here: make .venv-frameworks/ready")
    return FRAMEWORKS


def stored(path: Path) -> tuple[Release, StoredModel]:
    """Return a release of an ONNX file, and the same as it is read from a lake."""
    lake = FakeS3().lake
    release = load_onnx_release(path)
    store(release, lake)
    return release, read_model(lake, release.version)
