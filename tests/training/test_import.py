"""``recall import``: review logs as requests to a service that remembers learners, and what came of them."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from inference.histories import Moment
from inference.wrong_reviews import MAXIMUM_DURATION
from memory.endpoints import imports
from memory.fields import ID
from model_training.cli import main
from model_training.learner_import import requests
from model_training.learner_import import service as deployed
from model_training.learner_import.offsets import microseconds, offsets, written
from model_training.learner_import.requests import import_requests
from model_training.learner_import.service import RETRIES
from model_training.readers import read
from model_training.review_log.study_days import StudyDays

from .collections import NOW, Answer, write_collection


class FakeService(ThreadingHTTPServer):
    """Takes imports as the service does; answers with `refusals` first: status, message and headers."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.endpoint = f"http://127.0.0.1:{self.server_port}/local"
        self.refusals = []
        self.requests = []
        self.stored = set()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, dict(self.headers), json.loads(body)))
        if self.server.refusals:
            status, message, headers = self.server.refusals.pop(0)
            return self._respond(status, {"error": {"code": "e", "message": message}}, headers)
        return self._respond(200, self._stored(json.loads(body)["cards"]), {})

    def _stored(self, cards):
        answer = {"accepted": 0, "repeated": 0, "rejected": [], "model_version": "v"}
        for number, card in enumerate(cards):
            for index, review in enumerate(card["reviews"]):
                if review["rating"] == 4:
                    message = f"cards[{number}].reviews[{index}].rating must be another one"
                    error = {"code": "invalid_input", "message": message, "field": "rating"}
                    answer["rejected"].append({"card": number, "review": index, "error": error})
                else:
                    answer["repeated" if review["event_id"] in self.server.stored else "accepted"] += 1
                    self.server.stored.add(review["event_id"])
        return answer

    def _respond(self, status, body, headers):
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in ({"Content-Length": len(data)} | headers).items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_arguments):
        """Keep quiet."""


@pytest.fixture
def service(monkeypatch):
    monkeypatch.setattr(deployed, "RETRIES", RETRIES.new(backoff_factor=0))
    with FakeService() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def collection(tmp_path):
    """Give an Anki collection of two cards with five reviews of a year ago, one rated Easy."""
    path = tmp_path / "collection.anki2"
    start = NOW - timedelta(days=300)
    write_collection(
        path,
        [
            Answer(start, ease=1, kind=0),
            Answer(start + timedelta(minutes=10), card=1, kind=0),
            Answer(start + timedelta(days=3), duration_ms=2_500),
            Answer(start + timedelta(days=4), card=1, ease=2),
            Answer(start + timedelta(days=20), ease=4),
        ],
    )
    return path


def import_(service, *words):
    return main(["import", *map(str, words), "--endpoint", service.endpoint, "--api-key", "key"])


def error_line(capsys):
    (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    return line


def log_of(zone, starts_at=timedelta(hours=4), days=400, sleeps=True):
    """Return reviews of three cards at all hours but two around the beginning of a study day."""
    study_days = StudyDays(ZoneInfo(zone), starts_at)
    times = pd.date_range("2025-01-01", periods=days * 3, freq="437min", tz="UTC")
    at = times.to_series(index=range(len(times)))
    awake = (at.dt.tz_convert(zone).dt.tz_localize(None) - starts_at).dt.hour.between(1, 22)
    at = at[awake if sleeps else slice(None)].reset_index(drop=True).astype("datetime64[us, UTC]")
    return pd.DataFrame(
        {
            "learner": "a",
            "card": at.index % 3,
            "reviewed_at": at,
            "rating": 3,
            "duration_ms": pd.array([pd.NA] * len(at), "Int64"),
            "day": study_days.number(at, at.dt.tz_localize(None)),
        }
    )


def served_days(reviews):
    """Return the study days that the service gives to the reviews as they are sent."""
    texts = written(microseconds(reviews["reviewed_at"]), offsets(reviews).minutes)
    return [Moment({}).day_of(datetime.fromisoformat(text)) for text in texts], texts


ORDINAL_OF_1970 = datetime(1970, 1, 1).toordinal()  # noqa: DTZ001 - a date


@pytest.mark.parametrize(
    ("zone", "starts_at"),
    [
        ("UTC", timedelta(hours=4)),
        ("Europe/Berlin", timedelta(hours=4)),
        ("Asia/Tokyo", timedelta(hours=0)),
        ("America/Los_Angeles", timedelta(hours=6, minutes=30)),
        ("Pacific/Auckland", timedelta(hours=4)),
        ("Pacific/Kiritimati", timedelta(hours=5)),
    ],
)
def test_service_counts_the_study_days_of_the_log(zone, starts_at):
    reviews = log_of(zone, starts_at)
    days, texts = served_days(reviews)

    assert offsets(reviews).misfits == 0
    assert days == (reviews["day"] + ORDINAL_OF_1970).tolist()
    assert pd.to_datetime(pd.Series(texts), utc=True).tolist() == reviews["reviewed_at"].tolist()


@pytest.mark.parametrize("first", [0, 5_000])
def test_day_numbers_may_count_from_any_day(first):
    reviews = log_of("Asia/Tokyo")
    counted = reviews.assign(day=reviews["day"] - reviews["day"].min() + first)
    days, _ = served_days(counted)

    assert offsets(counted).misfits == 0
    assert [day - days[0] for day in days] == (counted["day"] - counted["day"].iloc[0]).tolist()


def test_summer_time_moves_only_the_offsets_that_it_must():
    reviews = log_of("Europe/Berlin", sleeps=False)
    minutes = pd.Series(offsets(reviews).minutes)

    assert served_days(reviews)[0] == (reviews["day"] + ORDINAL_OF_1970).tolist()
    assert (minutes == minutes.mode()[0]).mean() > 0.95
    assert minutes.between(60, 120).all()


def test_day_that_no_offset_gives_is_counted():
    reviews = log_of("UTC", days=20)
    reviews.loc[reviews.index[-2:], "day"] += 3

    assert offsets(reviews).misfits == 2


def test_reviews_are_sent_in_the_order_of_time_in_requests_of_bounded_size(monkeypatch):
    reviews = log_of("UTC", days=20).sort_values(["card", "reviewed_at"], ignore_index=True)
    monkeypatch.setattr(requests, "MOST_REVIEWS", 7)
    monkeypatch.setattr(requests, "MOST_CARDS", 2)
    bodies = list(import_requests(reviews, "ada").bodies)

    sent = [
        sorted((review["reviewed_at"], card["card"]) for card in body["cards"] for review in card["reviews"])
        for body, _ in bodies
    ]
    assert [count for _, count in bodies] == list(map(len, sent))
    assert [at for times in sent for at, _ in times] == sorted(at for times in sent for at, _ in times)
    assert {len(body["cards"]) for body, _ in bodies} <= {1, 2}
    assert sum(map(len, sent)) == len(reviews)


def test_bounds_are_those_of_the_service():
    assert requests.ID == ID
    assert requests.LONGEST_DURATION == MAXIMUM_DURATION
    assert requests.MOST_CARDS <= imports.MAXIMUM_CARDS
    assert requests.MOST_REVIEWS <= imports.MAXIMUM_REVIEWS


def test_card_that_the_service_cannot_name_is_rejected_and_the_others_are_sent(service, tmp_path, capsys):
    path = tmp_path / "log.csv"
    names = "食" * 128, "a" * 129, "plain"
    rows = [f"{name},2026-01-0{day}T08:00:00Z,3,9000000" for name in names for day in (1, 2)]
    path.write_text("\n".join(["card,reviewed_at,rating,duration_ms", *rows]))

    assert import_(service, path, "--learner", "ada") == 0
    ((_, _, body),) = service.requests
    assert {card["card"] for card in body["cards"]} == {names[0], names[2]}
    assert {tuple(review) for card in body["cards"] for review in card["reviews"]} == {
        ("event_id", "rating", "reviewed_at")
    }
    assert capsys.readouterr().out == (
        "ada: 4 of 6 reviews of 3 cards imported, 0 were there already, 2 rejected\n"
        "Rejected 2: card must be text of 1 to 128 characters, without control characters\n"
    )


def test_ids_are_the_same_in_every_run_and_those_of_one_learner():
    reviews = log_of("UTC", days=20)

    def ids(learner):
        ((body, _),) = import_requests(reviews, learner).bodies
        return [review["event_id"] for card in body["cards"] for review in card["reviews"]]

    assert ids("ada") == ids("ada")
    assert len({*ids("ada"), *ids("bob")}) == 2 * len(reviews)


def test_collection_is_sent_as_it_was_reviewed(service, collection, capsys):
    assert import_(service, collection, "--learner", "ada/ü %20") == 0
    ((path, headers, body),) = service.requests

    assert path == "/local/v1/learners/ada%2F%C3%BC%20%2520/import"
    assert headers["x-api-key"] == "key"
    log = read([collection], now=datetime.now().astimezone()).reviews
    assert [card["card"] for card in body["cards"]] == [str(card) for card in log["card"].unique()]
    sent = [review | {"card": card["card"]} for card in body["cards"] for review in card["reviews"]]
    assert [review["rating"] for review in sent] == [1, 3, 4, 3, 2]
    assert [review["duration_ms"] for review in sent] == [5_000, 2_500, 5_000, 5_000, 5_000]
    times = pd.to_datetime([review["reviewed_at"] for review in sent], utc=True, format="ISO8601")
    assert times.tolist() == log["reviewed_at"].tolist()
    assert capsys.readouterr().out == (
        "ada/ü %20: 4 of 5 reviews of 2 cards imported, 0 were there already, 1 rejected\n"
        "Rejected 1: rating must be another one\n"
    )


def test_second_import_changes_nothing(service, collection, capsys):
    for _ in range(2):
        assert import_(service, collection, "--learner", "ada", "--json") == 0
    first, second = (
        json.loads(f"{{{each}") for each in capsys.readouterr().out.split("{", 1)[1].split("\n{")
    )

    assert first == {
        "learner": "ada",
        "reviews": 5,
        "cards": 2,
        "accepted": 4,
        "repeated": 0,
        "rejected": {"rating must be another one": 1},
        "other_study_days": 0,
        "skipped": {},
    }
    assert second == first | {"accepted": 0, "repeated": 4}


def test_service_that_is_busy_is_asked_again(service, collection, capsys):
    service.refusals = [(503, "busy", {"Retry-After": 0}), (429, "slow down", {"Retry-After": 0})]

    assert import_(service, collection, "--learner", "ada") == 0
    assert len(service.requests) == 3
    assert capsys.readouterr().out.startswith("ada: 4 of 5 reviews")


@pytest.mark.parametrize(
    ("status", "message", "line"),
    [
        (403, "no", "no (status 403); check --api-key, and whose learners it may reach"),
        (400, "learner must be text", "learner must be text (status 400)"),
        (404, "none", "none (status 404); check --endpoint, and that the stage has memory: true in cdk.json"),
    ],
)
def test_refused_import_is_one_line_with_the_fix(service, collection, capsys, status, message, line):
    service.refusals = [(status, message, {})]

    assert import_(service, collection, "--learner", "ada") == 2
    assert error_line(capsys) == f"error: {service.endpoint}: {line}"


def test_busy_service_says_in_the_end_what_to_do(service, collection, capsys):
    service.refusals = [(503, "busy", {"Retry-After": 0})] * 9

    assert import_(service, collection, "--learner", "ada") == 2
    assert error_line(capsys).endswith("busy (status 503); what was stored stays: run it again later")


def test_several_learners_are_refused_by_name(service, tmp_path, capsys):
    path = tmp_path / "log.csv"
    path.write_text(
        "learner,card,reviewed_at,rating\nann,a,2026-01-01T08:00:00Z,3\nbob,a,2026-01-01T08:00:00Z,3\n"
    )

    assert import_(service, path, "--learner", "ada") == 2
    assert error_line(capsys) == (
        "error: these files hold the reviews of 2 learners (ann, bob), and --learner names one; import each "
        "learner's file by itself"
    )
    assert service.requests == []


def test_service_comes_from_the_environment_or_from_make_up(
    service, collection, capsys, monkeypatch, tmp_path
):
    words = ["import", str(collection), "--learner", "ada"]
    monkeypatch.setattr(deployed, "LOCAL_OUTPUTS", tmp_path / "outputs.json")
    assert main(words) == 2
    assert error_line(capsys) == (
        "error: which service? give --endpoint and --api-key, or run `make up` first"
    )
    (tmp_path / "outputs.json").write_text(json.dumps({"endpoint": service.endpoint, "api_key": "local"}))
    assert main(words) == 0
    monkeypatch.setenv("RECALL_ENDPOINT", service.endpoint)
    assert main(words) == 2
    assert error_line(capsys) == "error: which service? give --api-key or RECALL_API_KEY, too"
    monkeypatch.setenv("RECALL_API_KEY", "of the environment")
    assert main(words) == 0
    assert [headers["x-api-key"] for _, headers, _ in service.requests] == ["local", "of the environment"]


@pytest.mark.parametrize(
    ("endpoint", "problem"),
    [
        ("ftp://nowhere", "isn't a service's URL; give --endpoint https://….amazonaws.com/prod"),
        ("http://127.0.0.1:9/local", "can't be reached ("),
    ],
)
def test_unreachable_service_is_one_line(service, collection, capsys, endpoint, problem):
    words = ["--endpoint", endpoint, "--api-key", "key"]

    assert main(["import", str(collection), "--learner", "ada", *words]) == 2
    assert error_line(capsys).startswith(f"error: {endpoint}: {problem}")


@pytest.mark.parametrize("learner", ["", "a\n", "..", "a" * 129])
def test_what_cannot_be_a_learner_is_refused(service, collection, capsys, learner):
    assert import_(service, collection, "--learner", learner) == 2
    problem = "must be text of 1 to 128 characters, without control characters, and neither . nor .."
    assert error_line(capsys) == f"error: --learner {problem}"
    assert service.requests == []
