"""Plan sends a file's reviews as `recall import` does: in the same requests, to the letter."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from model_training.learner_import.requests import import_requests
from model_training.readers import read
from model_training.review_log.study_days import StudyDays
from tests.unit.histories import seeded
from tests.web.page import evaluated

NOW = datetime(2026, 11, 1, tzinfo=UTC)
LOS_ANGELES = "America/Los_Angeles"
HEADER = "card,reviewed_at,rating,duration_ms"


def log(zone="Z", names=(*range(1, 12), 100), count=400, longest=9_000, day=None, step=1300):
    """Write a log over nine months, with two reviews in the same microsecond now and then."""
    random = seeded(11)
    at = datetime(2026, 1, 1, 3, 40, 0, 7, tzinfo=UTC)
    rows = []
    for number in range(count):
        at += timedelta(minutes=random.randint(0, step), microseconds=random.choice((0, 1, 250_000)))
        shown = f"{at.replace(tzinfo=None).isoformat()}{zone}"
        row = [random.choice(names), shown, random.randint(1, 4), random.choice(("", longest, 1500))]
        rows.append([*row, *([] if day is None else [day(at, number)])])
    header = HEADER if day is None else f"{HEADER},day"
    return "\n".join([header, *(",".join(map(str, row)) for row in rows)])


LOGS = {
    "utc": (log(), {}),
    "los angeles": (log(), {"zoneElse": LOS_ANGELES}),
    "chosen": (log(), {"zone": LOS_ANGELES, "zoneElse": "Europe/Berlin"}),
    "offsets": (log("+09:00"), {"zoneElse": LOS_ANGELES}),
    "days": (log(day=lambda at, _: at.toordinal()), {"zoneElse": LOS_ANGELES}),
    "days that no offset gives": (log(day=lambda at, number: at.toordinal() + 3 * (number > 390)), {}),
    "names": (log(names=("食" * 128, "😀" * 65, "a" * 129, "b\x9f", "ü", "plain", "Z")), {}),
    "long answers": (log(longest=3_600_001), {}),
    "seconds": (log(longest=9.25).replace("duration_ms", "duration").replace(",1500", ",4.5"), {}),
    "many": (log(names=range(1500), count=4500, step=100), {}),
}
ZONES = {"los angeles": LOS_ANGELES, "chosen": LOS_ANGELES}


@pytest.fixture(scope="module")
def requests(tmp_path_factory):
    """Give the page's requests of each log."""
    now = {"now": NOW.timestamp() * 1000}
    given = {
        name: {"text": text, "learner": "Jörg 2", "options": options | now}
        for name, (text, options) in LOGS.items()
    }
    return evaluated("plan_requests.ts", given, tmp_path_factory.mktemp("requests"))


@pytest.mark.parametrize("name", LOGS)
def test_requests_are_those_of_recall_import(requests, tmp_path, name):
    path = tmp_path / "log.csv"
    path.write_text(LOGS[name][0])
    days = StudyDays(ZoneInfo(ZONES[name])) if name in ZONES else StudyDays()
    expected = import_requests(read([path], now=NOW, study_days=days).reviews, "Jörg 2")

    found = requests[name]
    assert [{"cards": cards} for cards in found["bodies"]] == [body for body, _ in expected.bodies]
    assert (found["misfits"], found["unnamed"]) == (expected.misfits, expected.unnamed)


def test_logs_have_what_must_be_the_same(requests):
    sent = {
        name: [each for cards in found["bodies"] for card in cards for each in card["reviews"]]
        for name, found in requests.items()
    }
    assert len(requests["many"]["bodies"]) > 2
    assert requests["days that no offset gives"]["misfits"] > 0
    assert requests["names"]["unnamed"] > 0
    assert {each["reviewed_at"][-6:-3] for each in sent["los angeles"]} == {"-07"}
    assert sent["chosen"] == sent["los angeles"] != sent["utc"]
    assert sent["offsets"] != sent["chosen"]  # a file with offsets knows its own days
    assert {each.get("duration_ms") for each in sent["long answers"]} == {None, 1500}
    assert {each.get("duration_ms") for each in sent["seconds"]} == {None, 4500, 9250}
    assert {"code": "durations_by_size", "unit": "seconds"} in requests["seconds"]["notes"]
