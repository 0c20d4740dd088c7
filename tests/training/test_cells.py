"""The table's rows as cells: the same statistics whatever counts them, and nearly the same model."""

import json
import math
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from model_training import cli
from model_training.cells.fit import predictions, train_cells
from model_training.cells.outcomes import outcomes, read_cells
from model_training.cells.query import BILLION, KEY, READ, cells
from model_training.engines.duck import duck, duck_files
from model_training.engines.spark import spark
from model_training.evaluation.holdout import evaluate_held_out, held_out
from model_training.fitting.estimator import PowerCurveClassifier
from model_training.fitting.starting_point import default_model
from model_training.registry.publish import load_release, publish
from model_training.review_log.distributions import distribution
from model_training.review_log.features import design, learner_weights, scored_features
from model_training.review_log.study_days import DAY_START
from recall.artifact import decode
from tests.training.fake_s3 import FakeS3
from tests.training.logs import simulated, written
from tests.training.releases import passed
from tests.training.spark_session import needs_spark, session
from tests.training.table_rows import SCHEMA, Stored, arrow_table, rows_of_log

__all__ = ["session"]  # a fixture

DAY = 86_400_000_000  # µs
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def log():
    """Give simulated reviews, on study days as the service counts them."""
    log = simulated()
    return log.assign(day=(log["reviewed_at"] - DAY_START).astype("int64") // DAY)


@pytest.fixture(scope="module")
def features(log):
    """Give what the fit on reviews sees of them."""
    return scored_features(log)


@pytest.fixture(scope="module")
def folder(log, tmp_path_factory):
    """Write the table as Parquet files, in no order, and its cells."""
    folder = tmp_path_factory.mktemp("cells")
    rows = arrow_table(rows_of_log(log))
    rows = rows.take(np.random.default_rng(1).permutation(len(rows)))
    (folder / "table" / "date=2020-01-01").mkdir(parents=True)
    pq.write_table(rows.slice(0, 1000), folder / "table" / "date=2020-01-01" / "reviews.parquet")
    pq.write_table(rows.slice(1000), folder / "table" / "reviews.parquet")
    with duck_files([folder / "table"]) as engine:
        engine.write(cells(), folder / "cells.parquet")
    return folder


def cells_of(tmp_path, rows, **options):
    """Return the cells of some rows."""
    with duck(Stored(rows), READ) as engine:
        engine.write(cells(**options), tmp_path / "some.parquet")
    return pq.read_table(tmp_path / "some.parquet")


def hostile(count):
    """Return rows as Parquet may hold them, with the edges of every number and names that look like code."""
    random = np.random.default_rng(7)
    names = ["ann", "simulated-1", "simulated_1", "Simulated-1", "o'neil", "李小龍", "%", "", "-- {x}"]
    names += [f"learner-{i}" for i in range(count // 50)]
    reviews = random.choice([1, 2, 3, 20, 10**6], count)
    days = np.where(random.random(count) < 0.7, random.lognormal(1, 2, count), 0.0)
    edges = [0.0, 1e-12, 1 / 86_400, 0.99999 / 86_400, 0.5, 1.0, 36_500.0, np.nextafter(1.0, 0)]
    scored = random.random(count) < 0.8
    moments = 1_700_000_000_000_000 + random.integers(0, 5_000, count) * 7_200_000_001
    values = {
        "event_id": [f"e{i}" for i in range(count)],
        "learner": random.choice(names, count),
        "card": random.choice(["a", "ä", "🂡", "a'b"], count),
        "date": pa.array(moments // 86_400_000_000, pa.int64()).cast(pa.int32()).cast(pa.date32()),
        "reviewed_at": pa.array(moments).cast(pa.timestamp("us", "UTC")),
        "rating": random.integers(1, 5, count),
        "scored": scored,
        "days_since_last_review": np.minimum(np.where(days > 0, days, random.choice(edges, count)), 36_500),
        "review_count": random.choice([1, 2, 3, 15, 16, 9_999, 10_000], count),
        "failures": (reviews * random.choice([0.0, 0.1, 0.999, 1.0], count)).astype(int),
        "reviews": reviews,
    }
    nothing = [name for name in READ[7:] if name != "scored"]
    first = ~scored & (random.random(count) < 0.5)  # the others repeat a review of the same day
    arrays = {name: pa.array(values[name], mask=first if name in nothing else None) for name in READ}
    return pa.table([arrays[name].cast(SCHEMA.field(name).type) for name in READ], list(READ))


def counted(rows, before=date.max):
    """Return the cells of rows, counted one by one."""
    scored = [row for row in rows.to_pylist() if row["scored"] and row["date"] < before]
    by_learner = {}
    for row in sorted(scored, key=lambda row: (row["card"], row["event_id"])):
        by_learner.setdefault(row["learner"], []).append(row)
    found = {}
    for learner, some in by_learner.items():
        some.sort(key=lambda row: row["reviewed_at"], reverse=True)  # of one moment: by card and event
        weight = math.floor(BILLION / math.sqrt(len(some)))
        for place, row in enumerate(some):
            days, failures, reviews = row["days_since_last_review"], row["failures"], row["reviews"]
            seconds = 1 if days < 1e-5 else math.floor(days * 86_400 + 0.5)
            fails, all_ = failures * 10 + 6, reviews * 10 + 40
            bins = seconds, 16, row["review_count"], 16, fails / (all_ - fails), 12
            newest = int((place + 1) * 100 <= len(some) * 20)
            key = newest, *(math.floor(math.log(bins[i]) * bins[i + 1]) for i in (0, 2, 4))
            recalled = int(row["rating"] > 1)
            sums = [recalled, 1 - recalled, weight * recalled, weight * (1 - recalled), seconds,
                    row["review_count"], math.floor(fails / all_ * BILLION),
                    int(learner.startswith("simulated-"))]  # fmt: skip
            old, times = found.get(key, ([0] * len(sums), []))
            found[key] = [a + b for a, b in zip(old, sums, strict=True)], [*times, row["reviewed_at"]]
    return [
        (*key, *sums, min(times).replace(tzinfo=None), max(times).replace(tzinfo=None))
        for key, (sums, times) in sorted(found.items())
    ]


@pytest.mark.parametrize("before", [date.max, date(2024, 2, 1)])
def test_cells_are_what_one_by_one_counts(before, tmp_path):
    rows = hostile(5_000)
    found = cells_of(tmp_path, rows, before=before)

    assert [tuple(row.values()) for row in found.to_pylist()] == counted(rows, before)
    assert {str(field.type) for field in found.schema} == {"int64", "timestamp[us]"}


def test_cells_hold_every_scored_review_and_its_weight(features, folder):
    found = read_cells(folder / "cells.parquet")
    weights = pd.Series(learner_weights(features)).groupby(features["recalled"]).sum()

    assert found["recalled"].sum() == features["recalled"].sum()
    assert found["recalled"].sum() + found["failed"].sum() == len(features)
    assert found["recalled_weight"].sum() / BILLION == pytest.approx(weights[1], abs=1e-5)
    assert found["failed_weight"].sum() / BILLION == pytest.approx(weights[0], abs=1e-5)
    days = features["days_since_last_review"].sum()
    assert found["seconds"].sum() / 86_400 == pytest.approx(days, rel=1e-6)
    assert found["review_days"].sum() == features["review_count"].sum()
    assert found[found["newest"] == 1]["recalled"].sum() == features["recalled"][held_out(features)].sum()


def test_machine_in_another_time_zone_and_files_named_twice_make_the_same_cells(
    folder, tmp_path, monkeypatch
):
    monkeypatch.setenv("TZ", "America/New_York")
    with duck_files([folder / "table" / "reviews.parquet", folder / "table"]) as engine:
        engine.write(cells(), tmp_path / "again.parquet")

    assert (tmp_path / "again.parquet").read_bytes() == (folder / "cells.parquet").read_bytes()


def test_fit_on_cells_is_the_fit_on_reviews_but_for_a_thousandth(features, folder):
    start = default_model()

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


def test_inputs_are_spread_as_in_the_reviews(features, folder):
    inputs = train_cells(read_cells(folder / "cells.parquet"), default_model()).artifact.training["inputs"]

    exact = distribution(features["review_count"])  # cells know no learner
    assert inputs["review_count"]["edges"] == pytest.approx(exact["edges"], abs=0.5)
    assert inputs["review_count"]["shares"] == pytest.approx(exact["shares"], abs=0.02)


def test_rows_of_the_fit_are_means_of_their_cells(tmp_path):
    log = written(("ann", "a", 0, 3), ("ann", "a", 3, 3), ("ann", "b", 0, 3), ("ann", "b", 3.04, 1))
    rows = outcomes(cells_of(tmp_path, arrow_table(rows_of_log(log))).to_pandas())

    assert rows.inputs.tolist() == [pytest.approx([3.02, 1, 1 + 9 * 0.6 / 5], abs=1e-5)] * 2
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


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        (
            ["aggregate", "nowhere", "--out", "cells.parquet"],
            "nowhere: no Parquet file there; give the table's",
        ),
        (
            ["aggregate", "other.parquet", "--out", "cells.parquet"],
            "other.parquet: can't be read as the table of reviews (",
        ),
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
    few = arrow_table(rows_of_log(written(*(("ann", "a", days, 1) for days in range(3)))))
    pq.write_table(cells_of(tmp_path, few), "few.parquet")

    assert cli.main(command) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert problem in line


def test_without_files_the_table_itself_is_aggregated(log, folder, tmp_path, monkeypatch):
    rows = Stored(arrow_table(rows_of_log(log)))
    found = {("arn", "url"): rows}
    arguments = ["--table-bucket", "arn", "--endpoint-url", "url"]

    monkeypatch.setattr("model_training.registry.table.find_table", lambda *where: found[where])
    assert cli.main(["aggregate", "--out", str(tmp_path / "cells.parquet"), *arguments]) == 0
    assert (tmp_path / "cells.parquet").read_bytes() == (folder / "cells.parquet").read_bytes()


@pytest.mark.slow
@needs_spark
def test_spark_makes_the_very_same_cells(session, tmp_path):
    rows = hostile(100_000)
    pq.write_table(rows, tmp_path / "rows.parquet")
    session.read.parquet(str(tmp_path / "rows.parquet")).createOrReplaceTempView("stored")
    spark(session, "stored").write(cells(), tmp_path / "cells")
    pq.write_table(cells_of(tmp_path, rows), tmp_path / "cells.parquet")

    ours, theirs = (
        read_cells(tmp_path / name).sort_values(list(KEY), ignore_index=True)
        for name in ("cells.parquet", "cells")
    )
    pd.testing.assert_frame_equal(ours, theirs)
