"""The memory does what a model in plain dictionaries does, whatever is done and wherever it is killed."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from memory.card import pack_history
from memory.card import replay as stored_replay
from memory.reviews import unpack_reviews
from recall.artifact import Artifact, decode, encode
from recall.learner import certainty
from recall.learner_text import decode_state
from tests.unit.histories import MODEL as OTHER_HISTORY

from .fakes import THREE_INPUTS, TRAINING
from .kills import KilledError, killed_at
from .memories import MODEL_FILE, Memory
from .memory_model import DAY, MemoryModel, in_order, moment, replay

pytestmark = pytest.mark.slow

DEFAULT = decode(MODEL_FILE.read_bytes())
OTHER = Artifact(THREE_INPUTS, TRAINING, OTHER_HISTORY)
START_OF_STUDY = datetime(2026, 11, 29, 12, tzinfo=UTC)
TOLERANCE = 1e-9
LEARNERS, CARDS = ("ada", "ben/ñ %20"), ("gato", "perro", "a/b?c#d", "犬")
RETRIED = {200, 404}  # a call that is sent again may find that it was done

learners, cards, ratings = st.sampled_from(LEARNERS), st.sampled_from(CARDS), st.integers(1, 4)
# Often two in one minute; often late; up to a day ahead, as of a phone whose clock is wrong.
minutes_ago = st.sampled_from((0, 0, 1, 5, 1000)) | st.integers(-1440, 60 * 24 * 90)
offsets = st.sampled_from(("+00:00", "+00:00", "+05:30", "-08:00", "+14:00"))
durations = st.none() | st.integers(0, 60_000)
drawn_reviews = st.lists(
    st.tuples(cards, ratings, minutes_ago, offsets, st.none() | st.integers(0, 60_000)),
    min_size=1,
    max_size=6,
)
targets = st.none() | st.sampled_from((0.7, 0.9, 0.97))
# What a request says of study days, and the same for the model.
study_days = st.sampled_from(
    (
        ({}, {}),
        ({"day_starts_at": "00:00"}, {"day_start": timedelta()}),
        ({"time_zone": "America/New_York"}, {"zone": ZoneInfo("America/New_York")}),
        (
            {"time_zone": "Pacific/Kiritimati", "day_starts_at": "23:30"},
            {"zone": ZoneInfo("Pacific/Kiritimati"), "day_start": timedelta(hours=23, minutes=30)},
        ),
    )
)
# At which call of the store the function is killed, and whether DynamoDB still does it.
kills = st.none() | st.none() | st.tuples(st.integers(1, 4), st.booleans())


class Study(RuleBasedStateMachine):
    """What learners do with the memory, through one device after the other."""

    tables = None
    other_file = ""

    def __init__(self):
        super().__init__()
        self.table = self.tables.create()
        self.now = START_OF_STUDY
        self.model = MemoryModel(DEFAULT)
        self.memory = None
        self.sent = {learner: [] for learner in LEARNERS}
        self.events = 0
        self.touched = LEARNERS[0]
        self.renew()

    def renew(self):
        """Go on with a new execution environment."""
        self.teardown()
        file = MODEL_FILE if self.model.artifact is DEFAULT else self.other_file
        self.memory = Memory(self.table, self.tables.url, clock=self.clock, MODEL_FILE=str(file))

    def clock(self):
        return self.now.timestamp()

    def teardown(self):
        if self.memory:
            self.memory.close()

    def perform(self, learner, call, apply, kill):
        """Make a call, and once more if it was killed; return its response and what the model says of it.

        What is killed must have happened, or not, as a whole.
        """
        self.touched = learner
        before, after = deepcopy(self.model), deepcopy(self.model)
        said = apply(after)
        if kill is not None:
            at, done = kill
            try:
                with killed_at(at, done=done):
                    response = call(self.memory)
            except KilledError:
                self.renew()
                self.model = after if self.looks_like(after, learner) else before
                assert self.looks_like(self.model, learner)
                said = apply(self.model)
                return call(self.memory), said
            self.model = after
            return response, said
        self.model = after
        return call(self.memory), said

    def looks_like(self, model, learner):
        """Return whether the memory has the reviews, and the target, that a model has."""
        if self.exported(learner) != model.exported(learner):
            return False
        return not model.exported(learner) or (
            self.memory.learner(learner).body["target_recall"] == model.learners[learner].target
        )

    def exported(self, learner):
        rows = self.memory.export(learner)
        return [row | {"reviewed_at": moment(row)} for row in rows]

    @rule(minutes=st.sampled_from((1, 600, 1440, 10_000)))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule()
    def another_model_is_published(self):
        self.model.artifact = OTHER if self.model.artifact is DEFAULT else DEFAULT
        self.renew()

    @rule(learner=learners, drawn=drawn_reviews, recall=targets, days=study_days, kill=kills)
    def study(self, learner, drawn, recall, days, kill):
        reviews = []
        for card, rating, minutes, offset, duration in drawn:
            self.events += 1
            at = self.now - timedelta(minutes=minutes)
            hours = datetime.fromisoformat(f"2026-01-01T00:00:00{offset}").tzinfo
            review = {"event_id": f"e{self.events}", "card": card, "rating": rating}
            review["reviewed_at"] = at.astimezone(hours).isoformat()
            reviews.append(review if duration is None else review | {"duration_ms": duration})
        self.sent[learner] += reviews
        self.send(learner, reviews, recall, kill, days)

    @precondition(lambda self: any(self.sent.values()))
    @rule(data=st.data(), kill=kills)
    def send_again(self, data, kill):
        learner = data.draw(st.sampled_from([learner for learner in LEARNERS if self.sent[learner]]))
        again = data.draw(st.lists(st.sampled_from(self.sent[learner]), min_size=1, max_size=6))
        self.send(learner, again, None, kill)

    def send(self, learner, reviews, target, kill, days=({}, {})):
        more = days[0] if target is None else days[0] | {"target_recall": target}
        response, said = self.perform(
            learner,
            lambda memory: memory.study(learner, reviews, **more),
            lambda model: model.study(learner, reviews, target, **days[1]),
            kill,
        )
        assert response.status == 200
        for result, review, (status, shown) in zip(response.body["results"], reviews, said, strict=True):
            assert (result["event_id"], result["card"]) == (review["event_id"], review["card"])
            assert result["status"] == status
            assert result.get("new", False) == (shown is None)
            assert same(result["recall_probability"], shown)
            self.check_schedule(learner, review["card"], result)

    def check_schedule(self, learner, card, result):
        assert result["interval_days"] == pytest.approx(self.model.interval(learner, card), rel=TOLERANCE)
        due = moment({"reviewed_at": result["due_at"]})
        assert abs(due - self.model.due_at(learner, card)) <= timedelta(seconds=1)

    def known_events(self):
        return [
            (learner, event)
            for learner, kept in sorted(self.model.learners.items())
            for reviews in kept.cards.values()
            for event in reviews
        ]

    @precondition(lambda self: self.known_events())
    @rule(data=st.data(), latest=st.booleans(), kill=kills)
    def undo(self, data, latest, kill):
        learner, event = data.draw(st.sampled_from(self.known_events()))
        last = self.model.learners[learner].last
        event = last[1] if latest and last else event
        response, card = self.perform(
            learner,
            lambda memory: memory.undo(learner, event),
            lambda model: model.undo(learner, event),
            kill,
        )
        if card is None:
            assert response.status == 404
        else:
            left = len(self.model.learners[learner].cards.get(card, {}))
            assert response.body == {"event_id": event, "card": card, "reviews": left}

    @rule(learner=learners, card=cards, kill=kills)
    def delete_card(self, learner, card, kill):
        response, deleted = self.perform(
            learner,
            lambda memory: memory.delete_card(learner, card),
            lambda model: model.delete_card(learner, card),
            kill,
        )
        if deleted is None:
            assert response.status == 404
        else:
            assert response.body == {"card": card, "reviews": deleted}

    @rule(learner=learners, kill=kills)
    def erase(self, learner, kill):
        response, cards = self.perform(
            learner, lambda memory: memory.erase(learner), lambda model: model.erase(learner), kill
        )
        assert response.status == 200
        if kill is None:
            assert response.body == {"cards": cards}
        assert not [item for item in self.tables.items(self.table) if item["learner"]["S"] == learner]
        self.sent[learner] = []

    @rule(learner=learners, drawn=st.dictionaries(cards, drawn_reviews, min_size=1, max_size=3), kill=kills)
    def bring_old_reviews(self, learner, drawn, kill):
        old = [
            {
                "card": card,
                "reviews": [
                    {"rating": rating, "reviewed_at": (self.now - timedelta(days=n, minutes=m)).isoformat()}
                    for n, (_, rating, m, _, _) in enumerate(reviews, start=2)
                ],
            }
            for card, reviews in drawn.items()
        ]
        reviews = [
            review | {"card": card["card"], "event_id": f"at-{micros(review)}"}
            for card in old
            for review in card["reviews"]
        ]
        response, said = self.perform(
            learner,
            lambda memory: memory.import_cards(learner, old),
            lambda model: model.study(learner, reviews),
            kill,
        )
        assert response.status == 200
        statuses = [status for status, _ in said]
        assert response.body["accepted"] == statuses.count("accepted")
        assert response.body["repeated"] == statuses.count("repeated")
        assert response.body["rejected"] == []
        self.sent[learner] += reviews

    @invariant()
    def every_history_is_a_replay_of_its_stored_reviews(self):
        kept = {(item["learner"]["S"], item["item"]["S"]): item for item in self.tables.items(self.table)}
        expected = {
            (learner, f"card#{card}"): reviews
            for learner, known in self.model.learners.items()
            for card, reviews in known.cards.items()
        }
        assert {key for key in kept if key[1] != "#"} == set(expected)
        for key, reviews in expected.items():
            history, stored = (kept[key][name]["B"] for name in ("history", "reviews"))
            assert history == pack_history(stored_replay(unpack_reviews(stored)))
            assert history == pack_history(replay(in_order(reviews.values())))

    @invariant()
    def export_is_what_was_accepted(self):
        assert self.exported(self.touched) == self.model.exported(self.touched)

    @invariant()
    def what_is_known_of_the_learner_is_the_models(self):
        learner, response = self.touched, self.memory.learner(self.touched)
        if learner not in self.model.learners:
            assert response.status == 404
            return
        known, said = self.model.learners[learner], response.body
        assert said.items() >= self.model.statistics(learner).items()
        assert said["target_recall"] == known.target
        state = self.model.state(known)
        assert said["certainty"] == pytest.approx(certainty(state), abs=TOLERANCE)
        sent = decode_state(said["learner_state"], self.model.artifact.fingerprint)
        assert sent.mean == pytest.approx(state.mean, rel=1e-5, abs=1e-6)

    @invariant()
    def due_list_is_the_models(self):
        learner, until = self.touched, self.now + 3 * DAY
        text = until.isoformat().replace("+00:00", "Z")
        said = self.memory.due(learner, until=text).body
        if learner not in self.model.learners:
            assert (said["cards"], said["due"]) == ([], 0)
            return
        known = self.model.learners[learner]
        due = [card for card in known.cards if self.model.due_at(learner, card) <= until]
        assert said["due"] == len(due)
        assert {row["card"] for row in said["cards"]} == set(due)
        recalls = [row["recall_probability"] for row in said["cards"]]
        assert recalls == sorted(recalls)
        by_loss = self.memory.due(learner, until=text, order="loss").body["cards"]
        losses = [row["expected_loss"] for row in by_loss]
        assert losses == sorted(losses, reverse=True)
        for row in said["cards"] + by_loss:
            expected = self.model.recall(learner, row["card"], self.now)
            assert same(row["recall_probability"], expected)
            if "expected_loss" in row:
                tomorrow = self.model.recall(learner, row["card"], self.now, days=1)
                assert same(row["expected_loss"], expected - tomorrow)
            self.check_schedule(learner, row["card"], row)
        assert [row["cards"] for row in said["forecast"]] == self.model.forecast(learner, self.now)

    @invariant()
    def each_card_is_the_models(self):
        known = self.model.learners.get(self.touched)
        for card in CARDS:
            response = self.memory.card(self.touched, card)
            if known is None or card not in known.cards:
                assert response.status == 404
                continue
            said, reviews = response.body, in_order(known.cards[card].values())
            expected = self.model.recall(self.touched, card, self.now)
            assert same(said["recall_probability"], expected)
            self.check_schedule(self.touched, card, said)
            assert [review["event_id"] for review in said["reviews"]] == [each.event_id for each in reviews]
            for review, kept in zip(said["reviews"], reviews, strict=True):
                assert same(review["recall_probability"], kept.shown)


def same(probability, expected):
    """Return whether two probabilities are the same but for rounding; None is what wasn't predicted."""
    if probability is None or expected is None:
        return probability is expected
    return abs(probability - expected) <= TOLERANCE


def micros(review):
    """Return a review's time in microseconds since 1970."""
    return (moment(review) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("examples", "steps"), [(6, 25), pytest.param(30, 50, marks=pytest.mark.slow)], ids=["few", "many"]
)
def test_memory_does_what_its_model_does(tables, tmp_path, examples, steps, capsys):
    other = tmp_path / "other.json"
    other.write_bytes(encode(OTHER))
    machine = type("Study", (Study,), {"tables": tables, "other_file": other})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=set(Phase) - {Phase.shrink, Phase.explain},  # both take longer than a test may
        ),
    )
