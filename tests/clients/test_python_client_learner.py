"""The memory's calls of the Python client, against the real function with a real DynamoDB behind it."""

from datetime import date, timedelta
from functools import partial
from uuid import UUID

import httpx
import pytest
from recall_client import (
    Client,
    ForeignResponseError,
    ForgottenLearner,
    InvalidInputError,
    NotFoundError,
    RejectedReview,
    StoredReviews,
    StudyResults,
    UnavailableError,
    UndoneReview,
)
from recall_client._sync import studying

from tests.unit.histories import seeded

from .learners import NOW, random_reviews, review
from .wire import Wire, call_sync, error_response

pytestmark = pytest.mark.slow

IDS = [
    "ada",
    "a/b",
    "100 %",
    "%2F",
    "?x=1#y",
    "..x",
    "ñandú\u3000猫",
    "a+b c",
    "%2e%2e",
    "~!*'()",
    "https://x.example/",
]


class Losing(Wire):
    """Carries each request, and loses the response to the first."""

    def _carry(self, request):
        response = super()._carry(request)
        if len(self.requests) == 1:
            raise httpx.ReadError("reset", request=request)
        return response


def test_review_is_stored_and_says_when_its_card_is_due(call, remembering, learner):
    first = call(remembering, "study", review("gato", 4), learner=learner)
    second = call(remembering, "study", review("gato", rating=2), learner=learner, target_recall=0.8)
    known = call(remembering, "card", "gato", learner=learner)

    assert (first.card, first.status, first.new, first.recall_probability) == ("gato", "accepted", True, None)
    assert first.due_at == (NOW - timedelta(days=4) + timedelta(days=first.interval_days)).replace(
        microsecond=0
    )
    assert (second.new, second.target_recall, known.target_recall) == (False, 0.8, 0.8)
    assert (known.interval_days, known.due_at) == (second.interval_days, second.due_at)
    assert [one.recall_probability for one in known.reviews] == [None, second.recall_probability]
    assert [one.event_id for one in known.reviews] == [first.event_id, second.event_id]


def test_review_keeps_the_id_that_it_gets_before_it_is_first_sent(call, memory_gateway, pauses, learner):
    wire = Losing(memory_gateway)
    studied = call(wire, "study", review("gato", 4), learner=learner)
    first, second = (body["reviews"][0]["event_id"] for body in wire.bodies)

    assert first == second == studied.event_id == str(UUID(first))
    assert studied.status == "repeated"
    assert len(call(Wire(memory_gateway), "export", learner=learner)) == 1


def test_each_rating_has_its_interval(call, remembering, learner):
    studied = call(remembering, "study", review("gato", 4), learner=learner, for_each_rating=True)
    known = call(remembering, "card", "gato", learner=learner, for_each_rating=True)
    reviewed = call(remembering, "study", review("gato", rating=4), learner=learner)

    for rated in (studied.for_each_rating, known.for_each_rating):
        days = [one.interval_days for one in (rated.again, rated.hard, rated.good, rated.easy)]
        assert days == sorted(days)
    assert known.for_each_rating.easy.due_at == reviewed.due_at
    assert call(remembering, "card", "gato", learner=learner).for_each_rating is None


def test_wrong_review_of_a_list_is_named_and_the_others_are_stored(call, remembering, learner):
    listed = [review("gato", 4), review("perro", rating=7), review("gato", 2)]
    studied = call(remembering, "study", listed, learner=learner)

    assert (studied.accepted, studied.repeated) == (2, 0)
    assert [result and result.card for result in studied.results] == ["gato", None, "gato"]
    (wrong,) = studied.rejected
    assert (wrong.index, wrong.field) == (1, "reviews[1].rating")
    assert studied.results[0].due_at == studied.results[2].due_at


def test_review_that_is_wrong_alone_is_an_error(call, remembering, learner):
    with pytest.raises(InvalidInputError) as refused:
        call(remembering, "study", review("gato", rating=0), learner=learner)

    assert refused.value.field == "reviews[0].rating"


def test_review_of_a_full_card_is_an_error(memory_gateway):
    error = {"code": "invalid_input", "message": "reviews[0].card is full", "field": "reviews[0].card"}
    body = {"results": [{"status": "rejected", "error": error}], "accepted": 0, "repeated": 0, "rejected": 1}
    wire = Wire(memory_gateway, httpx.Response(200, json=body | {"model_version": "v1"}))
    with pytest.raises(InvalidInputError, match="is full") as refused:
        call_sync(wire, "study", review("gato"), learner="ada")

    assert (refused.value.field, refused.value.status) == ("reviews[0].card", 400)


def test_long_list_goes_by_time_and_says_of_each_card_what_is_known_after_all_of_it(remembering, learner):
    listed = random_reviews(2300, 150, seeded(3))
    listed[1200] = review("card 3", rating=9, event_id="wrong")
    studied = call_sync(remembering, "study", listed, learner=learner)
    *sent, again = [body["reviews"] for body in remembering.bodies]

    times = [one["reviewed_at"] for part in sent for one in part]
    assert [len(part) for part in sent] == [1000, 1000, 300]
    assert times == sorted(times)
    assert len({one["card"] for one in again}) == len(again) < 150
    assert (studied.accepted, studied.repeated, len(studied.rejected)) == (2299, 0, 1)
    assert studied.rejected[0].index == 1200
    assert [result and result.event_id for result in studied.results] == [
        None if one.rating == 9 else one.event_id for one in listed
    ]
    for card in {one.card for one in listed}:
        known = call_sync(remembering, "card", card, learner=learner)
        mine = [result for result in studied.results if result and result.card == card]
        assert {result.due_at for result in mine} == {known.due_at}
        assert {result.event_id: result.recall_probability for result in mine} == {
            one.event_id: one.recall_probability for one in known.reviews
        }


def test_parts_give_what_a_single_request_gives(remembering, learner, monkeypatch):
    listed = random_reviews(900, 40, seeded(7))
    listed += [review("card 3", 1, rating=9, event_id="wrong"), listed[5]]
    options = {"for_each_rating": True, "target_recall": 0.85}
    alone = call_sync(remembering, "study", listed, learner=learner, **options)
    monkeypatch.setattr(studying, "Destination", partial(studying.Destination, per_call=250))
    in_parts = call_sync(remembering, "study", listed, learner=f"{learner}'s twin", **options)

    assert [len(body["reviews"]) for body in remembering.bodies][:5] == [902, 250, 250, 250, 152]
    assert in_parts == alone
    assert (alone.accepted, alone.repeated, len(alone.rejected)) == (900, 1, 1)


def test_long_list_that_is_sent_again_is_repeated_and_sent_no_third_time(remembering, learner):
    listed = random_reviews(1100, 20, seeded(4))
    first = call_sync(remembering, "study", listed, learner=learner)
    sent = len(remembering.requests)
    second = call_sync(remembering, "study", listed, learner=learner)

    assert (second.accepted, second.repeated) == (0, 1100)
    assert len(remembering.requests) == sent + 2
    assert [one.due_at for one in first.results] == [one.due_at for one in second.results]


@pytest.mark.parametrize("wrong", [range(1000, 1001), range(1000)], ids=str)
def test_part_of_which_all_is_wrong_is_rejected_by_name(call, remembering, learner, wrong):
    listed = [review("gato", 30 - at / 100, 9 if at in wrong else 3, event_id=f"e{at}") for at in range(1001)]
    studied = call(remembering, "study", listed, learner=learner)

    assert studied.accepted == 1001 - len(wrong)
    assert [one.index for one in studied.rejected] == list(wrong)
    assert {one.field for one in studied.rejected} == {f"reviews[{at}].rating" for at in wrong}


def test_error_says_what_the_parts_before_stored(call, memory_gateway, pauses, learner):
    listed = [review(f"card {at}", 30 - at / 100, event_id=f"e{at}") for at in range(1500)]
    wire = Wire(memory_gateway, None, *[error_response(503, "memory_unavailable")] * 4)
    with pytest.raises(UnavailableError) as raised:
        call(wire, "study", listed, learner=learner)

    assert raised.value.stored == StoredReviews(accepted=1000)
    assert len(call(Wire(memory_gateway), "export", learner=learner)) == 1000


def test_empty_list_is_not_sent(call, remembering):
    assert call(remembering, "study", [], learner="ada") == StudyResults()
    assert call(remembering, "import_cards", iter(()), learner="ada") == StoredReviews()
    assert remembering.requests == []


def test_due_cards_come_in_the_order_of_the_request(call, remembering, learner):
    listed = [review(f"card {days}", days, rating) for days, rating in ((1, 1), (3, 1), (9, 1), (2, 4))]
    call(remembering, "study", listed, learner=learner)
    due = call(remembering, "due", learner=learner)
    limited = call(remembering, "due", learner=learner, limit=1, order="loss")
    later = call(remembering, "due", learner=learner, until=NOW + timedelta(days=59))

    assert [one.card for one in due.cards] == ["card 9", "card 3", "card 1"]
    assert (due.due, limited.due, later.due) == (3, 3, 4)
    assert [one.expected_loss is None for one in due.cards + limited.cards] == [True, True, True, False]
    assert len(limited.cards) == 1
    assert len(due.forecast) == 60
    assert (due.forecast[0].date, due.forecast[0].cards) == (date(2026, 11, 20), 3)
    assert due.cards[0].last_reviewed_at == NOW - timedelta(days=9)


def test_undone_review_has_never_been(call, remembering, learner):
    call(remembering, "study", [review("gato", 9), review("perro", 8)], learner=learner)
    before = call(remembering, "describe", learner=learner)
    slip = call(remembering, "study", review("gato", rating=1), learner=learner)
    undone = call(remembering, "undo", slip.event_id, learner=learner)

    assert undone == UndoneReview(event_id=slip.event_id, card="gato", reviews=1)
    assert call(remembering, "describe", learner=learner) == before
    assert (before.cards, before.reviews, before.last_reviewed_at) == (2, 2, NOW - timedelta(days=8))


def test_forgotten_card_and_learner_are_gone(call, remembering, learner):
    call(remembering, "study", [review("gato", 9), review("perro", 8)], learner=learner)

    assert call(remembering, "forget_card", "gato", learner=learner).reviews == 1
    with pytest.raises(NotFoundError) as unknown:
        call(remembering, "card", "gato", learner=learner)
    assert unknown.value.field == "card"
    assert call(remembering, "forget", learner=learner) == ForgottenLearner(cards=1)
    assert call(remembering, "forget", learner=learner) == ForgottenLearner(cards=0)
    with pytest.raises(NotFoundError) as unknown:
        call(remembering, "describe", learner=learner)
    assert unknown.value.field == "learner"


def test_deletion_whose_response_was_lost_is_done(call, memory_gateway, pauses, learner):
    wire = Wire(memory_gateway)
    studied = call(wire, "study", [review("gato", 9), review("perro", 8, event_id="e1")], learner=learner)
    undone = call(Losing(memory_gateway), "undo", "e1", learner=learner)
    forgotten = call(Losing(memory_gateway), "forget_card", "gato", learner=learner)

    assert studied.accepted == 2
    assert (undone.event_id, undone.card, undone.reviews) == ("e1", None, None)
    assert (forgotten.card, forgotten.reviews) == ("gato", None)
    with pytest.raises(NotFoundError):
        call(wire, "forget_card", "gato", learner=learner)


def test_export_is_what_was_sent_in_any_number_of_pages(call, remembering, learner, monkeypatch):
    listed = random_reviews(40, 12, seeded(5))
    call(remembering, "study", listed, learner=learner)
    whole = call(remembering, "export", learner=learner)
    monkeypatch.setattr("memory.endpoints.export.FULL", 300)
    pages = len(remembering.requests)
    exported = call(remembering, "export", learner=learner)

    by_id = {one.event_id: (one.card, one.rating, one.reviewed_at, one.duration_ms) for one in listed}
    assert {one.event_id: (one.card, one.rating, one.reviewed_at, one.duration_ms) for one in whole} == by_id
    assert exported == whole == sorted(whole, key=lambda one: (one.card, one.reviewed_at))
    assert len(remembering.requests) > pages + 3


def test_page_that_was_cut_off_is_asked_for_again(memory_gateway, pauses, learner):
    call_sync(Wire(memory_gateway), "study", review("gato", 4), learner=learner)
    headers = {"Content-Type": "application/jsonl"}
    cut = [httpx.Response(200, headers=headers, content=text) for text in ('{"event_id": "e1"', "{}")]
    wire = Wire(memory_gateway, *cut)

    assert [one.card for one in call_sync(wire, "export", learner=learner)] == ["gato"]
    assert len(wire.requests) == 3


def test_imported_cards_are_stored_once(call, remembering, learner):
    cards = [
        {
            "card": f"card {at}",
            "reviews": ({"rating": 3, "reviewed_at": NOW - timedelta(days=5 + n)} for n in (2, 1)),
        }
        for at in range(2)
    ]
    cards[1]["reviews"] = [{"rating": 3, "reviewed_at": NOW}, {"rating": 9, "reviewed_at": NOW}]
    first = call(remembering, "import_cards", cards, learner=learner, time_zone="Asia/Tokyo")
    second = call(remembering, "import_cards", cards[1:], learner=learner)

    assert (first.accepted, first.repeated) == (3, 0)
    assert first.rejected == (
        RejectedReview(
            1,
            "cards[1].reviews[1].rating must be 1 (Again), 2 (Hard), 3 (Good) or 4 (Easy), not 9",
            "cards[1].reviews[1].rating",
            1,
        ),
    )
    assert (second.accepted, second.repeated, len(second.rejected)) == (0, 1, 1)


def card_of(at, reviews, rating=3):
    times = [NOW - timedelta(days=1 + number) for number in range(reviews)]
    return {"card": f"c{at}", "reviews": [{"rating": rating, "reviewed_at": time} for time in times]}


def test_part_of_an_import_of_which_all_is_wrong_is_rejected_by_name(call, remembering, learner):
    cards = [card_of(at, 1, rating=9 if at >= 1000 else 3) for at in range(1003)]
    imported = call(remembering, "import_cards", cards, learner=learner)

    assert [len(body["cards"]) for body in remembering.bodies] == [1000, 3, 4]
    assert (imported.accepted, imported.repeated) == (1000, 0)
    assert [(one.index, one.review) for one in imported.rejected] == [(1000, 0), (1001, 0), (1002, 0)]
    assert imported.rejected[2].field == "cards[1002].reviews[0].rating"


def test_import_is_split_by_its_reviews(memory_gateway):
    stored = [
        {"accepted": count, "repeated": 0, "rejected": [], "model_version": "v1"} for count in (10_000, 2_000)
    ]
    wire = Wire(memory_gateway, *(httpx.Response(200, json=body) for body in stored))
    cards = [card_of(at, 2000) for at in range(6)]

    assert call_sync(wire, "import_cards", cards, learner="ada") == StoredReviews(accepted=12_000)
    assert [len(body["cards"]) for body in wire.bodies] == [5, 1]


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("study", {"results": [], "accepted": 1, "repeated": 0, "rejected": 0}),
        ("study", {"results": [{"status": "accepted"}], "accepted": 1, "repeated": 0, "rejected": 0}),
        ("import_cards", {"accepted": 0, "repeated": 0, "rejected": [{"card": 1, "review": 0, "error": {}}]}),
        ("card", {"card": "gato"}),
    ],
)
def test_success_that_is_not_of_the_call_is_an_error(memory_gateway, method, body):
    wire = Wire(memory_gateway, httpx.Response(200, json=body | {"model_version": "v1"}))
    with pytest.raises(ForeignResponseError):
        call_sync(wire, method, "gato" if method == "card" else [{"card": "gato"}], learner="ada")


@pytest.mark.parametrize("text", IDS)
def test_any_id_finds_its_way(remembering, learner, text):
    studied = call_sync(remembering, "study", review(text, 3, event_id=text), learner=f"{text} {learner}")
    known = call_sync(remembering, "card", text, learner=f"{text} {learner}")

    assert (known.card, known.reviews[0].event_id) == (text, text)
    assert call_sync(remembering, "undo", text, learner=f"{text} {learner}").card == studied.card


@pytest.mark.parametrize("text", ["", ".", ".."])
def test_id_that_urls_do_not_keep_is_refused_before_anything_is_sent(remembering, text):
    with Client("https://a.example", "key", transport=remembering) as client:
        for call in (client.learner, client.learner("ada").card, client.learner("ada").undo):
            with pytest.raises(ValueError, match=r"must not be .* which can't stand in a URL"):
                call(text)

    assert remembering.requests == []


def test_service_that_remembers_no_learners_says_so(call, wire):
    with pytest.raises(NotFoundError) as refused:
        call(wire, "due", learner="ada")

    assert refused.value.field == "path"
