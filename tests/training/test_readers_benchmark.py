"""Distances instead of times: the rebuilt clock gives the model exactly what the true one would have."""

import pandas as pd
import pytest

from model_training.readers import read
from model_training.readers.benchmark import BY_CARD, BY_DAY_OFFSET, BY_ORDER, CONTRADICTION
from model_training.review_log.features import scored_features
from recall.errors import ReviewLogError
from tests.training.collections import NOW
from tests.training.logs import simulated

DAY = 86_400
ORIGIN_DAY = 10_957  # 2000-01-01


@pytest.fixture
def write(tmp_path):
    def write(columns, *rows, name="log.parquet"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        table = pd.DataFrame(rows, columns=columns.split())
        if path.suffix == ".csv":
            table.to_csv(path, index=False)
        else:
            table.to_parquet(path)
        return path

    return write


def days(log):
    """Days since the clock's origin, by card."""
    return {card: (reviews - ORIGIN_DAY).tolist() for card, reviews in log.reviews.groupby("card")["day"]}


def seconds_between(log):
    between = log.reviews.groupby("card")["reviewed_at"].diff().dt.total_seconds()
    return between.dropna().tolist()


def as_benchmark(reviews):
    """Write a log as the data sets do: every column that any of them has, in chronological order."""
    ordered = reviews.sort_values(["learner", "reviewed_at"], kind="stable")
    by_card = ordered.groupby(["learner", "card"])
    seconds = by_card["reviewed_at"].diff().dt.total_seconds()
    table = pd.DataFrame(
        {
            "user_id": ordered["learner"],
            "card_id": ordered["card"],
            "rating": ordered["rating"],
            "elapsed_days": by_card["day"].diff().fillna(-1).astype("int64"),
            "elapsed_seconds": seconds.fillna(-1).round().astype("int64"),
            "day_offset": ordered["day"] - ordered.groupby("learner")["day"].transform("first"),
        }
    )
    return table.assign(review_th=table.groupby("user_id").cumcount() + 1)


@pytest.mark.parametrize(
    ("columns", "tolerance"),
    [
        (["day_offset", "elapsed_days", "elapsed_seconds"], 1e-3),
        (["review_th", "elapsed_days", "elapsed_seconds"], 1e-3),
        (["elapsed_days", "elapsed_seconds"], 1e-3),
        (["elapsed_days"], 1),
    ],
    ids=["anki-revlogs-10k", "FSRS-Anki-20k", "no order", "days only"],
)
def test_inputs_of_the_model_are_those_of_the_true_times(tmp_path, columns, tolerance):
    reviews = simulated()
    path = tmp_path / "log.parquet"
    as_benchmark(reviews)[["user_id", "card_id", "rating", *columns]].to_parquet(path)

    log = read([path], now=NOW)

    expected, found = scored_features(reviews), scored_features(log.reviews)
    assert len(log.reviews) == len(reviews)
    same = ["learner", "card", "review_count", "difficulty", "recalled"]
    pd.testing.assert_frame_equal(found[same], expected[same])
    gap = (found["days_since_last_review"] - expected["days_since_last_review"]).abs().max()
    assert gap < tolerance


def test_review_th_keeps_the_order_that_held_out_reviews_need(tmp_path):
    reviews = simulated()
    path = tmp_path / "log.parquet"
    as_benchmark(reviews).drop(columns=["day_offset", "elapsed_seconds"]).sample(
        frac=1, random_state=1
    ).to_parquet(path)

    found = read([path], now=NOW).reviews.sort_values(["learner", "reviewed_at"])

    expected = reviews.sort_values(["learner", "reviewed_at"])
    assert found["card"].tolist() == expected["card"].tolist()


def test_anki_revlogs_10k_gives_days_kinds_durations_and_the_folder_as_learner(write):
    columns = "card_id day_offset rating state duration elapsed_days elapsed_seconds"
    rows = [
        [7, 3, 3, 0, 5_200, -1, -1],
        [7, 3, 1, 1, 800, 0, 600],
        [8, 4, 4, 2, 60_000, -1, -1],
        [7, 5, 2, 3, 0, 2, 150_000],
    ]
    files = [write(columns, *rows, name=f"user_id={user}/data.parquet") for user in (1, 2)]

    log = read(files, now=NOW)

    assert log.reviews["learner"].unique().tolist() == ["1", "2"]
    first = log.reviews[:4]
    assert first[["card", "rating", "kind", "duration_ms"]].to_numpy().tolist() == [
        [7, 3, 0, 5_200],
        [7, 1, 0, 800],
        [7, 2, 2, 0],
        [8, 4, 1, 60_000],
    ]
    assert (first["day"] - ORIGIN_DAY).tolist() == [3, 3, 5, 4]
    between = first["reviewed_at"].diff().dt.total_seconds()[1:3].tolist()
    assert between == pytest.approx([600, 150_000], abs=0.01)
    assert log.notes == (BY_DAY_OFFSET,)
    assert log.formats == ("Parquet, srs-benchmark columns",)


def test_order_places_a_card_that_begins_later_after_what_came_before_it(write):
    path = write(
        "card_id review_th rating elapsed_days",
        ["a", 1, 3, -1], ["a", 2, 3, 5], ["b", 3, 3, -1], ["b", 4, 3, 2],
    )  # fmt: skip

    log = read([path], now=NOW)

    assert days(log) == {"a": [0, 5], "b": [5, 7]}
    assert log.notes == (BY_ORDER,)


def test_order_raises_a_card_whose_later_review_would_come_too_early(write):
    path = write(
        "card_id review_th rating elapsed_days",
        ["b", 2, 3, -1], ["b", 4, 3, 1], ["a", 1, 3, -1], ["a", 3, 3, 5],
    )  # fmt: skip

    assert days(read([path], now=NOW)) == {"a": [0, 5], "b": [4, 5]}


def test_order_that_contradicts_the_distances_is_given_up_for_that_learner_only(write):
    contradictory = [["x", "a", 1, -1], ["x", "b", 2, -1], ["x", "b", 3, 10], ["x", "a", 4, 1]]
    sound = [["y", "c", 1, -1], ["y", "c", 2, 5], ["y", "d", 3, -1], ["y", "d", 4, 2]]
    path = write(
        "user_id card_id review_th elapsed_days rating", *([*row, 3] for row in contradictory + sound)
    )

    log = read([path], now=NOW)

    assert days(log) == {"a": [0, 1], "b": [0, 10], "c": [0, 5], "d": [5, 7]}
    assert log.notes == (BY_ORDER, CONTRADICTION)


def test_without_any_order_all_cards_begin_on_one_day_and_a_note_says_so(write):
    path = write("card_id rating delta_t", ["a", 3, 0], ["a", 3, 4], ["b", 1, 0], ["b", 3, 2])

    log = read([path], now=NOW)

    assert days(log) == {"a": [0, 4], "b": [0, 2]}
    assert log.notes == (BY_CARD,)


def test_repeats_of_one_day_stay_apart_and_in_order(write):
    path = write("card_id rating elapsed_days", *(["a", rating, 0] for rating in (1, 2, 3, 4, 1)))

    log = read([path], now=NOW)

    assert log.reviews["rating"].tolist() == [1, 2, 3, 4, 1]
    assert log.reviews["day"].nunique() == 1
    assert log.skipped == {}


def test_elapsed_days_are_read_where_delta_t_is_there_too(write):
    path = write("card_id rating delta_t elapsed_days i y", ["a", 3, 0, -1, 1, 1], ["a", 3, 9, 4, 2, 1])

    log = read([path], now=NOW)

    assert days(log) == {"a": [0, 4]}
    assert log.notes == (BY_CARD, "ignored columns: delta_t, i, y")


def test_fractions_of_days_are_kept(write):
    path = write("card_id rating delta_t", ["a", 3, 0], ["a", 3, 1.75], ["a", 3, 0.5], name="log.csv")

    assert seconds_between(read([path], now=NOW)) == pytest.approx([1.75 * DAY, 0.5 * DAY], abs=0.01)


@pytest.mark.parametrize("first", [-1, 12, None])
def test_distance_of_a_cards_first_row_is_ignored(write, first):
    path = write("card_id rating elapsed_days", ["a", 3, first], ["a", 3, 4])

    assert days(read([path], now=NOW)) == {"a": [0, 4]}


def test_negative_distance_after_the_first_row_counts_as_zero(write):
    path = write("card_id rating elapsed_days", ["a", 3, -1], ["a", 3, 4], ["a", 1, -1], ["a", 3, 2])

    assert days(read([path], now=NOW)) == {"a": [0, 4, 4, 6]}


@pytest.mark.parametrize("distance", ["", "soon", "40000"])
def test_unreadable_distance_leaves_out_the_rest_of_that_card(write, distance):
    rows = [["a", 3, "0"], ["a", 3, "1"], ["a", 3, distance], ["a", 3, "1"], ["b", 3, "0"], ["b", 3, "1"]]

    log = read([write("card_id rating elapsed_days", *rows, name="log.csv")], now=NOW)

    assert days(log) == {"a": [0, 1], "b": [0, 1]}
    assert log.skipped == {"time missing": 2}


def test_row_without_a_rating_is_left_out_but_its_distance_counts(write):
    path = write("card_id rating elapsed_days", ["a", 3, -1], ["a", 0, 4], ["a", 3, 2])

    log = read([path], now=NOW)

    assert days(log) == {"a": [0, 6]}
    assert log.skipped == {"rating outside 1–4": 1}


@pytest.mark.parametrize("seconds", [4 * DAY, None], ids=["too many for the days", "missing"])
def test_days_are_used_where_the_seconds_cannot_be(write, seconds):
    path = write("card_id rating elapsed_days elapsed_seconds", ["a", 3, -1, -1], ["a", 3, 1, seconds])

    assert days(read([path], now=NOW)) == {"a": [0, 1]}


def test_table_without_distances_is_refused_with_the_missing_column(write):
    with pytest.raises(ReviewLogError, match=r"missing columns reviewed_at; found card_id, rating, state;"):
        read([write("card_id rating state", ["a", 3, 0])], now=NOW)
