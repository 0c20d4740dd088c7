"""Duolingo's learning traces: 12.9 million practice sessions of words, in a CSV in gzip.

B. Settles and B. Meeder (2016), A Trainable Spaced Repetition Model for Language Learning,
doi:10.18653/v1/P16-1174; data: doi:10.7910/DVN/N8XJME. A row is one word in one session: ``timestamp`` in
seconds since 1970, ``delta`` the seconds since the session before, ``session_seen`` and ``session_correct``
how often the word was asked and answered right.
"""

from __future__ import annotations

import pandas as pd

from model_training.readers.converted import Converted
from model_training.readers.values import from_milliseconds, numbers, text

COLUMNS = ("learning_language", "lexeme_id", "timestamp", "delta", "session_seen", "session_correct")


def reviews(rows: pd.DataFrame) -> Converted:
    """Make one review of each session: recalled if every answer was right.

    The first answer is the only one after a delay, but the data don't say which of a session's answers was
    wrong. Where all were alike, the first is known; a session with both counts as failed, so the recall rate
    is too low rather than flattering.

    Parameters
    ----------
    rows : pandas.DataFrame
        The traces, with ``learner`` for ``user_id``.

    Returns
    -------
    Converted
        ``recalled`` is missing where the counts contradict each other; notes on what the data don't say.
    """
    seen, correct = numbers(rows["session_seen"]), numbers(rows["session_correct"])
    possible = (seen >= 1) & correct.between(0, seen)
    sessions = pd.DataFrame(
        {
            "learner": text(rows["learner"]),
            "card": text(rows["learning_language"]) + ":" + text(rows["lexeme_id"]),
            "reviewed_at": from_milliseconds(numbers(rows["timestamp"]) * 1000),
            "recalled": (correct == seen).astype("float64").where(possible),
        }
    )
    mixed = int((possible & (correct > 0) & (correct < seen)).sum())
    unseen = _after_unseen_practice(sessions, numbers(rows["delta"]))
    return Converted(
        sessions,
        (
            "Duolingo: a session is one review, recalled if all its answers were right; "
            f"{mixed:,} of {len(rows):,} sessions had wrong ones too and count as failed",
            "Duolingo: practice before a word's first session in the file is unknown, so its count and "
            f"difficulty begin there; {unseen:,} later sessions follow practice that isn't in the file, so "
            "their distance is too long",
        ),
    )


def _after_unseen_practice(sessions: pd.DataFrame, delta: pd.Series) -> int:
    """Count the sessions whose distance to the word's row before is more than the seconds that they state."""
    word = sessions.groupby(["learner", "card"], sort=False).ngroup()
    timeline = pd.DataFrame({"word": word, "at": sessions["reviewed_at"], "delta": delta})
    timeline = timeline.sort_values(["word", "at"])
    distance = timeline.groupby("word")["at"].diff().dt.total_seconds()
    return int((distance > timeline["delta"]).sum())
