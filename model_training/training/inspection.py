"""What `inspect` prints: what was understood of review logs, and what to know before training on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from model_training.review_log.canonical import RATING_TITLES, ReviewLog
from model_training.review_log.features import OUTCOME, scored_features
from model_training.training.problems import problems

QUARTILES = {"min": 0.0, "25 %": 0.25, "median": 0.5, "75 %": 0.75, "max": 1.0}
LEARNERS_SHOWN = 20
LONGEST_NAME = 24


def inspection_report(log: ReviewLog) -> str:
    """Describe a review log as plain text, in sections with a blank line between them."""
    scored = scored_features(log.reviews)
    skipped = [[reason, f"{rows:,}"] for reason, rows in sorted(log.skipped.items())]
    sections = [
        _summary(log, scored),
        _spreads(log.reviews, scored),
        _ratings(log.reviews),
        _learners(log.reviews, scored),
        _table([["skipped", "rows"], *skipped]) if skipped else "",
        "\n".join(f"Note: {note}" for note in log.notes),
        "\n".join(f"Problem: {problem}" for problem in problems(log.reviews, scored)),
    ]
    return "\n\n".join(section for section in sections if section)


def _summary(log: ReviewLog, scored: pd.DataFrame) -> str:
    reviews, time = log.reviews, log.reviews["reviewed_at"]
    days = (time.max() - time.min()).days
    figures = {
        "format": "; ".join(log.formats),
        "learners": f"{reviews['learner'].nunique():,}",
        "cards": f"{len(reviews[['learner', 'card']].drop_duplicates()):,}",
        "reviews": f"{len(reviews):,}",
        "span": f"{time.min():%Y-%m-%d} to {time.max():%Y-%m-%d} ({days:,} days)",
        "scored": f"{len(scored):,} (at least one study day after the card's review before)",
        "recalled": f"{_percent(scored[OUTCOME].mean())} of the scored",
    }
    return "\n".join(f"{title:<10}{value}" for title, value in figures.items())


def _spreads(reviews: pd.DataFrame, scored: pd.DataFrame) -> str:
    spreads = {
        "reviews per card": reviews.groupby(["learner", "card"]).size(),
        "days between reviews": scored["days_since_last_review"],
    }
    return _table(
        [
            ["", *QUARTILES],
            *(
                [title, *(_decimal(values.quantile(share)) for share in QUARTILES.values())]
                for title, values in spreads.items()
            ),
        ]
    )


def _ratings(reviews: pd.DataFrame) -> str:
    counts = reviews["rating"].value_counts().reindex(list(RATING_TITLES), fill_value=0)
    return _table(
        [
            ["rating", "reviews", "share"],
            *([RATING_TITLES[rating], f"{n:,}", _percent(n / len(reviews))] for rating, n in counts.items()),
        ]
    )


def _learners(reviews: pd.DataFrame, scored: pd.DataFrame) -> str:
    """Tabulate the learners with the most reviews."""
    by_learner, outcomes = reviews.groupby("learner"), scored.groupby("learner")[OUTCOME]
    table = pd.DataFrame(
        {
            "reviews": by_learner.size(),
            "cards": by_learner["card"].nunique(),
            "scored": outcomes.size(),
            "recalled": outcomes.mean(),
            "first": by_learner["reviewed_at"].min(),
            "last": by_learner["reviewed_at"].max(),
        }
    )
    shown = table.sort_values("reviews", ascending=False, kind="stable").head(LEARNERS_SHOWN)
    rows = (
        [
            _name(str(learner)),
            *(f"{row[name]:,.0f}" for name in ("reviews", "cards")),
            "0" if pd.isna(row["scored"]) else f"{row['scored']:,.0f}",
            _percent(row["recalled"]),
            *(f"{row[name]:%Y-%m-%d}" for name in ("first", "last")),
        ]
        for learner, row in shown.iterrows()
    )
    more = f"\n… and {len(table) - len(shown):,} with fewer" if len(table) > len(shown) else ""
    return _table([["learner", *table.columns], *rows]) + more


def _name(learner: str) -> str:
    """Shorten a name to one printable line that fits a table."""
    name = "".join(character if character.isprintable() else " " for character in learner)
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _table(rows: Iterable[Sequence[str]]) -> str:
    """Align columns: the first one to the left, the others to the right."""
    rows = list(rows)
    first, *others = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        f"{title:<{first}}" + "".join(f"  {cell:>{width}}" for cell, width in zip(cells, others, strict=True))
        for title, *cells in rows
    )


def _percent(share: float) -> str:
    return "n/a" if pd.isna(share) else f"{share:.1%}"


def _decimal(value: float) -> str:
    return "n/a" if pd.isna(value) else f"{value:,.1f}"
