"""Many devices at once: nothing is lost or counts twice, and every card is the replay of its reviews."""

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from memory.card import pack_history, replay
from memory.reviews import unpack_reviews

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
PATIENCE = 60  # seconds for which a device sends a request again that was answered with a 503


def review(event_id, card, minutes_ago, rating=3):
    at = (NOW - timedelta(minutes=minutes_ago)).isoformat()
    return {"event_id": event_id, "card": card, "rating": rating, "reviewed_at": at}


def send(memory, learner, reviews):
    """Send reviews, again while there is no getting through; return the results."""
    deadline = time.monotonic() + PATIENCE
    response = memory.study(learner, reviews)
    while response.status == 503 and time.monotonic() < deadline:
        time.sleep(0.05)
        response = memory.study(learner, reviews)
    assert response.status == 200
    return response.body["results"]


def at_once(jobs):
    """Run a list of calls, each in a thread of its own, and return what they return."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        return [started.result() for started in [pool.submit(job) for job in jobs]]


def check_table(tables, table, sent):
    """Compare what a table holds with what was sent to it: reviews by learner."""
    kept = {}
    for item in tables.items(table):
        learner, name = item["learner"]["S"], item["item"]["S"]
        if name == "#":
            continue
        reviews = unpack_reviews(item["reviews"]["B"])
        assert item["history"]["B"] == pack_history(replay(reviews))
        kept.setdefault(learner, []).extend((name.removeprefix("card#"), each) for each in reviews)
    assert kept.keys() == sent.keys()
    for learner, reviews in sent.items():
        found = Counter((card, each.event_id, each.rating) for card, each in kept[learner])
        assert found == Counter((each["card"], each["event_id"], each["rating"]) for each in reviews)
        assert sorted(each.seq for _, each in kept[learner]) == list(range(len(reviews)))


def test_two_devices_answer_the_same_card_at_once(device, tables, table):
    devices = [device(clock=NOW.timestamp) for _ in range(2)]
    sent = []
    for turn in range(10):
        pair = [review(f"{turn} by {n}", "gato", 30_000 - 2000 * turn + n) for n in range(2)]
        results = at_once([lambda d=d, r=r: send(d, "ada", [r]) for d, r in zip(devices, pair, strict=True)])
        assert [result["status"] for (result,) in results] == ["accepted", "accepted"]
        sent += pair
    check_table(tables, table, {"ada": sent})


def test_review_that_two_devices_send_at_once_counts_once(device, tables, table):
    devices = [device(clock=NOW.timestamp) for _ in range(4)]
    sent = [review("e0", "gato", 60 * 24 * 12)]
    send(devices[0], "ada", sent)
    for turn in range(1, 6):
        one = review(f"e{turn}", "gato", 60 * 24 * (12 - 2 * turn))
        results = [result for (result,) in at_once([lambda d=d, r=one: send(d, "ada", [r]) for d in devices])]
        assert Counter(result["status"] for result in results) == {"accepted": 1, "repeated": 3}
        assert len({result["recall_probability"] for result in results}) == 1
        sent.append(one)
    check_table(tables, table, {"ada": sent})


def test_device_that_erases_among_devices_that_study_leaves_a_whole_learner(device, tables, table):
    devices = [device(clock=NOW.timestamp) for _ in range(3)]

    def study(n):
        for turn in range(15):
            send(devices[n], "ada", [review(f"{n}-{turn}", f"card {turn % 4}", 15 - turn)])

    def erase():
        for _ in range(5):
            assert devices[2].erase("ada").status == 200

    at_once([lambda: study(0), lambda: study(1), erase])
    left = devices[0].export("ada")
    known = devices[0].learner("ada").body if left else {"reviews": 0, "cards": 0}
    assert known["reviews"] == len(left)
    assert known["cards"] == len({row["card"] for row in left})
    for item in tables.items(table):
        if item["item"]["S"] != "#":
            assert item["history"]["B"] == pack_history(replay(unpack_reviews(item["reviews"]["B"])))
    devices[0].erase("ada")
    assert tables.items(table) == []


@pytest.mark.parametrize(
    ("learners", "reviews", "clients"),
    [(3, 100, 4), pytest.param(50, 200, 8, marks=pytest.mark.slow)],
    ids=["300 reviews", "10,000 reviews"],
)
def test_many_clients_at_once(device, tables, table, learners, reviews, clients):
    source = random.Random(15)  # noqa: S311 - test data are no secrets
    sent, requests = {}, []
    for learner in (f"learner {n}" for n in range(learners)):
        sent[learner] = [
            review(f"e{n}", f"card {source.randrange(reviews // 8)}", source.randrange(200_000), rating)
            for n, rating in enumerate(source.choices((1, 2, 3, 4), (15, 10, 65, 10), k=reviews))
        ]
        rest = list(sent[learner])
        while rest:
            size = source.randint(1, 20)
            batch, rest = rest[:size], rest[size:]
            requests.append((learner, batch))
            if source.random() < 0.2:  # a retry, split and in another order
                requests.append((learner, batch[::2]))
                requests.append((learner, batch[::-1]))
    source.shuffle(requests)
    devices = [device(clock=NOW.timestamp) for _ in range(clients)]

    def work(n):
        return [send(devices[n], learner, batch) for learner, batch in requests[n::clients]]

    answers = at_once([lambda n=n: work(n) for n in range(clients)])
    statuses = Counter(result["status"] for done in answers for results in done for result in results)
    assert statuses["accepted"] == learners * reviews
    assert statuses["rejected"] == 0
    check_table(tables, table, sent)
