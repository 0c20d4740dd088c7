"""Who is predicted from whom is exactly as the protocols say, and logs that can't be split are refused."""

import numpy as np
import pytest

from model_training.evaluation.protocols import learner_groups, split
from model_training.evaluation.rows import timeline
from recall.errors import ReviewLogError

from .logs import simulated, written

AGAIN, GOOD = 1, 3


def reviewed(learner, card, outcomes, start=0):
    """Return a first review and one a day later for each letter: f failed, r recalled."""
    ratings = [GOOD, *(AGAIN if outcome == "f" else GOOD for outcome in outcomes)]
    return [(learner, card, start + day, rating) for day, rating in enumerate(ratings)]


def two_learners():
    """Ann has 14 scored reviews on two cards that take turns, Bob has 24 on one."""
    ann = reviewed("ann", "x", "rfrrrrr") + [
        (learner, card, after + 0.1, rating)
        for learner, card, after, rating in reviewed("ann", "y", "frrrfrr")
    ]
    return timeline(written(*ann, *reviewed("bob", "x", "rrf" * 8)))


def test_timeline_is_each_learners_scored_reviews_in_time_order():
    rows = two_learners()
    assert rows["learner"].tolist() == ["ann"] * 14 + ["bob"] * 24
    assert rows["card"].tolist()[:14] == ["x", "y"] * 7
    assert rows["recalled"].tolist()[:14] == [1, 0, 0, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1]


def test_learners_are_cut_into_six_parts_of_their_own():
    rows = two_learners()
    assert rows["part"].tolist()[:14] == [0, 0, 0, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5]
    assert rows["part"].tolist()[14:] == [part for part in range(6) for _ in range(4)]


def test_time_predicts_each_part_from_all_learners_parts_before():
    rows = two_learners().assign(recalled=[0, 1] * 19)
    rows = rows.loc[rows.index.repeat(4)].reset_index(drop=True)
    folds = split(rows, "time")
    assert len(folds) == 5
    for k, fold in enumerate(folds, start=1):
        assert set(rows["part"][fold.train]) == set(range(k))
        assert set(rows["part"][fold.scored]) == {k}
        assert set(rows["part"][fold.given]) == set(range(k + 1))
        assert set(rows["learner"][fold.train]) == {"ann", "bob"}
    scored = np.sum([fold.scored for fold in folds], axis=0)
    assert scored.tolist() == (rows["part"] > 0).astype(int).tolist()


def learners_of_growing_size(count):
    """Return the timeline of learners named by two digits; learner n has n + 2 scored reviews."""
    return timeline(
        written(*[row for n in range(count) for row in reviewed(f"{n:02d}", "x", "rf" + "r" * n)])
    )


def test_twenty_learners_are_left_out_one_by_one():
    assert learner_groups(learners_of_growing_size(20)) == [[f"{n:02d}"] for n in reversed(range(20))]


def test_more_than_twenty_learners_are_dealt_into_ten_groups_by_size():
    groups = learner_groups(learners_of_growing_size(23))
    assert groups[:4] == [["22", "12", "02"], ["21", "11", "01"], ["20", "10", "00"], ["19", "09"]]
    assert groups[4:] == [[f"{n:02d}", f"{n - 10:02d}"] for n in (18, 17, 16, 15, 14, 13)]


def test_group_is_predicted_from_the_other_groups():
    rows = learners_of_growing_size(23)
    folds = split(rows, "new")
    for fold, group in zip(folds, learner_groups(rows), strict=True):
        own = rows["learner"].isin(group)
        assert (fold.given == own).all()
        assert (fold.train == ~own).all()
        assert (fold.scored == own & (rows["part"] > 0)).all()


def test_rows_carry_the_counts_of_the_card_before_the_review():
    rows = timeline(
        written(
            ("ann", 1, 0.0, AGAIN),
            ("ann", 1, 0.1, GOOD),
            ("ann", 1, 2.0, AGAIN),
            ("ann", 1, 2.1, AGAIN),
            ("ann", 1, 5.0, GOOD),
            ("bob", 1, 0.0, GOOD),
            ("bob", 1, 9.0, GOOD),
        )
    )
    columns = ["review", "days_apart", "reviews", "failures", "lapses"]
    assert rows[columns].to_numpy().tolist() == [[2, 2, 2, 1, 0], [4, 3, 4, 3, 1], [6, 9, 1, 0, 0]]
    assert rows["card_number"].nunique() == 2


def test_one_learner_is_refused_under_new():
    with pytest.raises(ReviewLogError, match="the log holds one learner: add another learner's reviews"):
        split(timeline(simulated(1, 60)), "new")


def test_few_training_rows_are_refused_with_what_is_needed():
    with pytest.raises(ReviewLogError, match="3 recalled and 1 failed reviews; needed are at least 20"):
        split(timeline(written(*reviewed("bob", "x", "rrfr" * 6))), "time")


def test_log_in_which_no_learner_has_two_scored_reviews_is_refused():
    rows = timeline(written(*[(f"learner {n}", 1, after, GOOD) for n in range(3) for after in (0, 3)]))
    with pytest.raises(ReviewLogError, match="no learner has two of the 3 reviews"):
        split(rows, "time")
