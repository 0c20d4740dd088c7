"""Reviews as cells: the same features as row by row, the same statistics, and nearly the same model."""

import json
import shutil
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import duckdb
import ibis
import numpy as np
import pandas as pd
import pytest

from benchmarks.scale_spark import spark_cells
from model_training import cli
from model_training.evaluation.holdout import evaluate_held_out, held_out
from model_training.fitting.estimator import PowerCurveClassifier
from model_training.fitting.starting_point import default_model
from model_training.registry.publish import load_release, publish
from model_training.review_log.distributions import distribution
from model_training.review_log.features import FEATURE_COLUMNS, design, learner_weights, scored_features
from model_training.review_table import canonical
from model_training.scale.cells import BILLION, KEY, cells
from model_training.scale.duck import aggregate, stored
from model_training.scale.fit import predictions, train_cells
from model_training.scale.outcomes import outcomes, read_cells
from model_training.scale.scored import scored_reviews
from recall.artifact import decode
from tests.training.fake_s3 import FakeS3
from tests.training.logs import simulated, written
from tests.training.releases import passed

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def table(log):
    """Return a log as rows of the table of reviews, in no order."""
    rows = log[["learner", "card", "reviewed_at", "rating"]].astype({"card": "str"})
    return rows.assign(event_id=[f"e{number:06}" for number in range(len(rows))]).sample(
        frac=1, random_state=1
    )


def expected(rows):
    """Return the features of rows as the fit on reviews computes them."""
    return scored_features(canonical(rows).reviews)


def computed(rows):
    """Return the features of rows as DuckDB computes them, in the order of `expected`."""
    query = scored_reviews(stored()).order_by(["learner", "card", "reviewed_at"]).drop("reviewed_at")
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("reviews", rows)
        found = connection.sql(ibis.to_sql(query, dialect="duckdb")).fetchnumpy()
    return pd.DataFrame({name: np.asarray(values) for name, values in found.items()})


@pytest.fixture(scope="module")
def rows():
    """Return simulated reviews, and two that stand twice in the table."""
    log = simulated()
    return table(pd.concat([log, log.iloc[[5, 900]].assign(rating=1)]))


@pytest.fixture(scope="module")
def folder(rows, tmp_path_factory):
    """Write the table as Parquet files, and its cells."""
    folder = tmp_path_factory.mktemp("scale")
    (folder / "table" / "date=2020-01-01").mkdir(parents=True)
    rows[:1000].to_parquet(folder / "table" / "date=2020-01-01" / "reviews.parquet")
    rows[1000:].to_parquet(folder / "table" / "reviews.parquet")
    aggregate([folder / "table"], folder / "cells.parquet")
    return folder


def assert_same_features(rows):
    """Compare all that `scored_features` gives."""
    ours, theirs = computed(rows), expected(rows)
    assert len(ours) == len(theirs) > 0
    for name in (*FEATURE_COLUMNS, "recalled"):
        assert ours[name].to_numpy() == pytest.approx(theirs[name].to_numpy(), rel=1e-14, abs=1e-11), name
    assert ours["learner"].tolist() == theirs["learner"].tolist()
    assert ours["card"].tolist() == theirs["card"].tolist()
    return ours, theirs


def test_features_of_a_simulated_log_are_those_of_the_rows(rows):
    ours, theirs = assert_same_features(rows)

    assert (ours["newest"] == held_out(theirs)).all()
    assert ours["learner_size"].to_numpy() ** -0.5 == pytest.approx(learner_weights(theirs))


def test_features_around_4_am_same_day_repeats_and_long_pauses_are_those_of_the_rows():
    log = written(
        *(("ann", "a", days, 3) for days in (0, 0.001, 0.7, 0.749, 0.75, 0.7501, 5, 5.01, 60_000)),
        *(("ann", "b", days, 1) for days in (0, 1.5, 1.6, 2.75, 90)),
        *(("bob", "a", days, 1 + days % 2) for days in range(1, 40)),
        ("bob", "seen once", 3, 3),
    )
    ours, _ = assert_same_features(table(log))

    assert ours["days_since_last_review"].max() == 36_500


def test_ten_thousand_review_days_are_the_most():
    ours, _ = assert_same_features(table(written(*(("ann", "a", days, 3) for days in range(10_050)))))

    assert ours["review_count"].max() == 10_000


def test_cells_hold_every_scored_review_and_its_weight(rows, folder):
    found, features = read_cells(folder / "cells.parquet"), expected(rows)
    weights = pd.Series(learner_weights(features)).groupby(features["recalled"]).sum()

    assert found["recalled"].sum() == features["recalled"].sum()
    assert found["recalled"].sum() + found["failed"].sum() == len(features)
    assert found["recalled_weight"].sum() / BILLION == pytest.approx(weights[1], abs=1e-5)
    assert found["failed_weight"].sum() / BILLION == pytest.approx(weights[0], abs=1e-5)
    assert found["seconds"].sum() / 86_400 == pytest.approx(
        features["days_since_last_review"].sum(), rel=1e-6
    )
    assert found["review_days"].sum() == features["review_count"].sum()
    assert not found.duplicated(KEY).any()
    assert set(map(str, found.dtypes)) == {"int64"}


def test_machine_in_another_time_zone_and_files_named_twice_make_the_same_cells(
    folder, tmp_path, monkeypatch
):
    monkeypatch.setenv("TZ", "America/New_York")
    aggregate([folder / "table" / "reviews.parquet", folder / "table"], tmp_path / "again.parquet")

    assert (tmp_path / "again.parquet").read_bytes() == (folder / "cells.parquet").read_bytes()


def test_fit_on_cells_is_the_fit_on_reviews_but_for_a_thousandth(rows, folder):
    features, start = expected(rows), default_model()

    def fit(some):
        return PowerCurveClassifier(prior=start.three_inputs).fit(*design(some), learner_weights(some))

    X, by_review = design(features)[0], fit(features)
    trained = train_cells(read_cells(folder / "cells.parquet"), start)

    by_cell = predictions(trained.artifact.three_inputs, X.to_numpy())
    assert by_cell == pytest.approx(by_review.predict_proba(X)[:, 1], abs=2e-3)
    scores = evaluate_held_out(
        features, lambda older: lambda X: fit(features[older]).predict_proba(X)[:, 1]
    ).model
    metrics = trained.artifact.training["metrics"]
    assert metrics["log_loss"] == pytest.approx(scores.log_loss, abs=1e-3)
    assert metrics["brier"] == pytest.approx(scores.brier, abs=1e-3)
    assert metrics["auc"] == pytest.approx(scores.auc, abs=1e-2)
    assert metrics["held_out_reviews"] == int(held_out(features).sum())


def test_inputs_are_spread_as_in_the_reviews(rows, folder):
    features = expected(rows)
    inputs = train_cells(read_cells(folder / "cells.parquet"), default_model()).artifact.training["inputs"]

    exact = distribution(features["review_count"])  # cells know no learner
    assert inputs["review_count"]["edges"] == pytest.approx(exact["edges"], abs=0.5)
    assert inputs["review_count"]["shares"] == pytest.approx(exact["shares"], abs=0.02)


def test_rows_of_the_fit_are_means_of_their_cells(tmp_path):
    log = written(("ann", "a", 0, 3), ("ann", "a", 2, 3), ("ann", "b", 0, 3), ("ann", "b", 2.02, 1))
    table(log).to_parquet(tmp_path / "table.parquet")
    aggregate([tmp_path / "table.parquet"], tmp_path / "cells.parquet")
    with duckdb.connect() as connection:
        names = [name for name, *_ in connection.read_parquet(str(tmp_path / "cells.parquet")).description]
        found = connection.read_parquet(str(tmp_path / "cells.parquet")).fetchnumpy()
    rows = outcomes(pd.DataFrame({name: np.asarray(found[name]) for name in names}))

    assert rows.inputs.tolist() == [pytest.approx([2.01, 1, 1 + 9 * 0.6 / 5], abs=1e-5)] * 2
    assert rows.recalled.tolist() == [1.0, 0.0]
    assert rows.weight == pytest.approx([2**-0.5] * 2, abs=1e-8)


def test_commands_make_a_model_that_can_be_published(folder, tmp_path, capsys):
    table, made = folder / "table", tmp_path / "made" / "cells.parquet"
    assert cli.main(["aggregate", str(table), "--out", str(made)]) == 0
    assert cli.main(["fit-cells", str(made), "--out", str(tmp_path / "model")]) == 0

    release = load_release(tmp_path / "model")
    card, printed = json.loads(release.card), capsys.readouterr().out
    assert card["simulated"] is True
    assert card["data"]["scored_reviews"] == 3863
    assert card["data"]["cells"] == len(read_cells(made))
    assert decode(release.model).history is None
    assert publish(release, FakeS3().lake, by="me", judge=passed, now=NOW).version == release.version
    assert "Some are simulated" in printed
    assert "3,863 scored reviews" in printed


@pytest.mark.parametrize("dialect", ["athena", "pyspark"])
def test_one_expression_is_sql_of_every_engine(dialect):
    query = ibis.to_sql(cells(stored()), dialect=dialect)

    assert query.startswith("SELECT")
    assert all(name in query for name in KEY)


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        (
            ["aggregate", "nowhere", "--out", "cells.parquet"],
            "nowhere: no Parquet file there; give the table's",
        ),
        (["aggregate", "other.parquet", "--out", "cells.parquet"], "other.parquet: not a table of reviews ("),
        (["fit-cells", "nowhere", "--out", "model"], "nowhere: not cells ("),
        (["fit-cells", "other.parquet", "--out", "model"], "other.parquet: not cells ("),
        (
            ["fit-cells", "few.parquet", "--out", "model"],
            "0 recalled and 2 failed reviews; at least 20 with both",
        ),
    ],
)
def test_file_of_another_kind_is_refused_in_one_line(command, problem, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    pd.DataFrame({"a": [1]}).to_parquet("other.parquet")
    table(written(*(("ann", "a", days, 1) for days in range(3)))).to_parquet("table.parquet")
    aggregate([Path("table.parquet")], Path("few.parquet"))

    assert cli.main(command) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert problem in line


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("java") is None or find_spec("pyspark") is None,
    reason="needs Java 17 and `uv sync --group spark`",
)
def test_spark_makes_the_very_same_cells(folder, tmp_path):
    spark_cells(ibis.to_sql(cells(stored()), dialect="pyspark"), folder / "table", tmp_path / "cells")
    ours, theirs = (
        read_cells(path).sort_values(KEY, ignore_index=True)
        for path in (folder / "cells.parquet", tmp_path / "cells")
    )
    pd.testing.assert_frame_equal(ours, theirs)
