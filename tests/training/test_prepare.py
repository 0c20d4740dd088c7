"""What a run finds in the table: facts, the judging days, and a sample of whole learners."""

from datetime import date
from hashlib import md5
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from threadpoolctl import threadpool_limits

from model_training.engines.spark import spark
from model_training.fitting.starting_point import default_model
from model_training.history.both_models import fit_both, fit_with_cells
from model_training.registry.stored_model import read_card
from model_training.retraining.prepare import READ, fullest_range, prepare
from model_training.retraining.profile import EDGES
from model_training.retraining.reviews import cells_of, newest_sample, sample_of
from model_training.retraining.run import CELLS, OLDER_CELLS, Run, RunError
from model_training.retraining.steps import do
from model_training.review_log.features import FEATURE_COLUMNS, scored_features
from model_training.review_log.study_days import study_day
from model_training.training.train import describe
from tests.training.fake_s3 import FakeS3
from tests.training.spark_session import needs_spark, session
from tests.training.stored_reviews import NOW, Table, prepared, retentive

pytestmark = pytest.mark.slow

__all__ = ["session"]  # a fixture
MOST = 3_000


@pytest.fixture(scope="module")
def log():
    reviews = retentive()
    return reviews.assign(day=study_day(reviews["reviewed_at"]))


@pytest.fixture(scope="module")
def features(log):
    return scored_features(log.assign(card=log["card"].astype(str)))


@pytest.fixture(scope="module")
def found(log):
    """Give what a run finds, and the run."""
    run = Run(FakeS3().lake, "run")
    return prepared(run, log), run


@pytest.fixture(scope="module")
def sampled(log):
    run = Run(FakeS3().lake, "run")
    return prepared(run, log, MOST), run


def test_sample_of_few_reviews_is_all_scored_ones_as_a_file_gives_them(found, features):
    sample = sample_of(found[1]).sort_values(["learner", "reviewed_at", "card"], ignore_index=True)
    expected = features.sort_values(["learner", "reviewed_at", "card"], ignore_index=True)
    assert sample.shape == expected.shape
    for name in expected:
        assert sample[name].tolist() == expected[name].tolist(), name


def test_facts_are_those_of_the_log_and_of_its_older_days(found, log):
    output = found[0]
    boundary = date.fromisoformat(output["held_out_from"])
    assert output["data"] == describe(log)
    assert output["older"] == describe(log[log["reviewed_at"].dt.date < boundary])


def test_newest_days_judge_that_have_a_fifth_of_the_scored_reviews(found, features):
    output, days = found[0], features["reviewed_at"].dt.date
    boundary = date.fromisoformat(output["held_out_from"])
    assert output["held_out"] == (days >= boundary).sum() >= 0.2 * len(features) > (days > boundary).sum()
    assert output["older_scored"] == (days < boundary).sum()


def test_profile_counts_every_scored_review_in_its_bin(found, features):
    profile = found[0]["profile"]
    assert profile["recall_rate"] == pytest.approx(features["recalled"].mean(), abs=1e-6)
    for name in FEATURE_COLUMNS:
        column = features[name]
        assert profile["ranges"][name] == [round(column.min(), 3), round(column.max(), 3)]
        bins = np.searchsorted(EDGES[name], column, side="right") - 1
        counts, recalled = (
            np.bincount(bins, each, len(EDGES[name])) for each in (None, features["recalled"])
        )
        assert [row[2:] for row in profile["spread"][name]] == np.column_stack([counts, recalled]).tolist()


def test_sample_of_many_reviews_has_all_of_the_learners_whose_hashes_are_neighbours(sampled, features):
    output, run = sampled
    sample, sizes = sample_of(run), features.groupby("learner").size()
    chosen = sorted(sample["learner"].unique())
    assert output["sampled"] == len(sample) == sizes[chosen].sum()
    assert MOST - sizes.max() < len(sample) <= MOST
    assert output["scored"] == len(features)
    hashes = {learner: md5(learner.encode(), usedforsecurity=False).hexdigest() for learner in sizes.index}
    between = [hashes[learner] for learner in chosen]
    assert chosen == sorted(one for one in hashes if min(between) <= hashes[one] <= max(between))


def test_cells_beside_a_sample_have_all_scored_reviews_and_those_before_the_judging_ones(sampled, found):
    output, run = sampled
    every, older = (cells_of(run, which) for which in (CELLS, OLDER_CELLS))
    assert (every.reviews.sum(), older.reviews.sum()) == (output["scored"], output["older_scored"])
    assert cells_of(found[1], CELLS) is None


def test_curve_of_cells_that_is_taught_by_the_sample_is_that_of_all_reviews(sampled, features):
    start = default_model()
    with threadpool_limits(1):
        expected, history = fit_both(features, start)
        curve, same = fit_with_cells(features, cells_of(sampled[1], CELLS), start)
    cards = features[FEATURE_COLUMNS]
    predicted = [curve.recall_probability(*card) for card in cards.to_numpy().tolist()]
    assert predicted == pytest.approx(expected.predict_proba(cards)[:, 1], abs=2e-3)
    assert same.to_dict() == history.to_dict()


def test_sampled_run_s_model_says_how_many_reviews_taught_it(sampled):
    output, run = sampled
    version = do(run, "train", NOW)["challengers"][0]
    data = read_card(run.lake, version)["data"]
    assert data["scored_reviews"] == output["older_scored"] > do(run, "train", NOW)["reviews"]
    assert data["reviews"] == output["older"]["reviews"]


def test_same_table_gives_the_same_sample(sampled, log):
    again = Run(FakeS3().lake, "again")
    assert prepared(again, log.sort_values("learner", ascending=False, kind="stable"), MOST) == sampled[0]
    assert sample_of(again).equals(sample_of(sampled[1]))


def test_learners_who_all_have_too_many_reviews_stop_the_run(log):
    output = prepared(Run(FakeS3().lake, "run"), log, 130)
    assert output["why"] == "every learner has more than 130 scored reviews: raise --sample-reviews"


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([5, 5, 5], (0, 1)),
        ([1, 2, 9, 4], (2, 2)),
        ([20, 3, 20, 4, 5], (3, 4)),
        ([11, 12], None),
        ([10, 10], (0, 0)),
    ],
    ids=["first of equal ones", "one alone", "between those too large", "all too large", "full"],
)
def test_range_of_groups_is_the_fullest_that_is_not_too_large(sizes, expected):
    assert fullest_range(list(enumerate(sizes)), 10) == expected


def test_run_whose_sample_is_gone_says_so(log):
    run = Run(FakeS3().lake, "run")
    prepared(run, log)
    run.lake.delete(run.lake.keys("samples/"))
    with pytest.raises(RunError, match="its sample of reviews is gone, as after a week"):
        sample_of(run)


def test_newest_run_s_sample_is_found(log):
    lake = FakeS3().lake
    assert newest_sample(lake) is None
    for name, learners in (("b", 12), ("a", 10)):
        prepared(Run(lake, name), retentive(learners))
    assert newest_sample(lake)["learner"].nunique() == 10


@needs_spark
def test_spark_finds_and_writes_the_same(session, sampled, log, tmp_path):
    pq.write_table(Table(log).batches(READ).read_all(), tmp_path / "rows.parquet")
    session.read.parquet(str(tmp_path / "rows.parquet")).createOrReplaceTempView("stored")
    engine, run = spark(session, "stored", f"{tmp_path}/"), Run(FakeS3().lake, "run")

    def write(sql, prefix):
        return engine.write(sql, Path(prefix))

    output = run.do("prepare", lambda: prepare(run, engine, write, NOW, MOST))
    for file in (tmp_path / "samples").rglob("*.parquet"):
        run.lake.write(str(file.relative_to(tmp_path)), file.read_bytes())
    assert output == sampled[0]
    assert sample_of(run).equals(sample_of(sampled[1]))
