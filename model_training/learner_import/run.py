"""The import of a review log: its reviews are sent, and what became of them is counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from model_training.learner_import.requests import import_requests, is_id
from model_training.learner_import.service import Service, ServiceError, reason
from model_training.progress import Progress
from model_training.review_log.canonical import ReviewLog

NAMES_SHOWN = 5
AN_ID = "must be text of 1 to 128 characters, without control characters"
NO_ID = f"card {AN_ID}"
NO_NAMES = (".", "..")  # in a URL they are no names, however they are encoded


@dataclass
class Imported:
    """What became of a log's reviews.

    Parameters
    ----------
    learner : str
        The learner whose they are now.
    reviews, cards : int
        What the log holds.
    accepted, repeated : int
        Reviews that were stored, and those that had been stored before.
    rejected : dict of str to int
        Number of the others, by the service's reason.
    other_study_days : int
        Reviews whose study day the service counts otherwise than the log: no offset from UTC gives it.
    skipped : dict of str to int
        Number of the files' rows that aren't reviews or can't be used, by reason.
    """

    learner: str
    reviews: int
    cards: int
    accepted: int = 0
    repeated: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    other_study_days: int = 0
    skipped: dict[str, int] = field(default_factory=dict)

    def as_result(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


def import_reviews(log: ReviewLog, learner: str, service: Service, progress: Progress) -> Imported:
    """Send one learner's reviews to a service.

    Doing it again, also after it was killed, stores what isn't stored yet and nothing twice.

    Parameters
    ----------
    log : ReviewLog
        The review log.
    learner : str
        The id that the learner has, or gets, in the service.
    service : Service
        The service.
    progress : Progress
        Shows how many reviews are sent.

    Raises
    ------
    ServiceError
        If the log has several learners, the id can't be a learner's, or the service can't be reached or
        refuses all reviews.
    """
    if not is_id(learner) or learner in NO_NAMES:
        raise ServiceError(f"--learner {AN_ID}, and neither . nor ..")
    names = log.reviews["learner"].unique().tolist()
    if len(names) > 1:
        shown = ", ".join(map(str, names[:NAMES_SHOWN])) + (", …" if len(names) > NAMES_SHOWN else "")
        raise ServiceError(
            f"these files hold the reviews of {len(names):,} learners ({shown}), and --learner names one; "
            "import each learner's file by itself"
        )
    requests = import_requests(log.reviews, learner)
    done = Imported(learner, len(log.reviews), log.reviews["card"].nunique(), skipped=log.skipped)
    done.other_study_days = requests.misfits
    rejected = Counter({NO_ID: requests.unnamed}) if requests.unnamed else Counter()
    with progress.step("sending reviews", len(log.reviews)) as advance:
        for body, count in requests.bodies:
            answer = service.import_reviews(learner, body)
            done.accepted += answer["accepted"]
            done.repeated += answer["repeated"]
            rejected.update(reason(each) for each in answer["rejected"])
            advance(count)
        advance(requests.unnamed)
    done.rejected = dict(rejected.most_common())
    return done
