"""Whatever learners do with the memory, and however its stream is cut, the table has what the memory has."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from loader.changes import changes_of
from loader.handler import Loader
from loader.settings import Settings

from .memories import Memory
from .memory_stream import MemoryStream
from .test_loader import ENVIRONMENT, FakeClient

LEARNERS, CARDS = ("ada-6d1f0c", "--ben/ñ", "cid-e07b52"), ("gato", "a/b?c#d", "犬")
learners, cards, ratings = st.sampled_from(LEARNERS), st.sampled_from(CARDS), st.integers(1, 4)
events = st.sampled_from([f"e{number}" for number in range(8)])  # few, so that one comes again after its undo
days_ago = st.sampled_from((0, 0, 1, 3, 30))
sent_reviews = st.lists(st.tuples(events, cards, ratings, days_ago), min_size=1, max_size=6)


class Roads(RuleBasedStateMachine):
    """The memory, its stream, the loader and the table, beside a plain dict."""

    tables = None
    review_tables = None

    def __init__(self):
        super().__init__()
        name = self.tables.create()
        self.stream = MemoryStream(self.tables, name)
        self.table_name = name
        self.now = datetime(2026, 11, 29, 12, tzinfo=UTC)
        self.memory = Memory(name, self.tables.url, clock=self.clock)
        self.arn = self.review_tables.create()
        self.table = self.review_tables.open(self.arn)
        self.jobs = FakeClient()
        self.loader = Loader(self.table, self.jobs, FakeClient(), Settings(ENVIRONMENT))
        self.kept = {}  # rating and time by learner, card and event
        self.erased = set()
        self.pending = []
        self.last_batch = []

    def clock(self):
        return self.now.timestamp()

    def teardown(self):
        try:
            self.everything_is_loaded()
        finally:
            self.memory.close()

    @rule(learner=learners, drawn=sent_reviews)
    def study(self, learner, drawn):
        self.now += timedelta(minutes=1)
        sent = [
            {
                "event_id": event,
                "card": card,
                "rating": rating,
                "reviewed_at": (self.now - timedelta(days=days)).isoformat(),
            }
            for event, card, rating, days in drawn
        ]
        for review, result in zip(sent, self.memory.study(learner, sent).body["results"], strict=True):
            if result["status"] == "accepted":
                at = datetime.fromisoformat(review["reviewed_at"])
                self.kept[learner, review["card"], review["event_id"]] = (review["rating"], at)
                self.erased.discard(learner)

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def undo(self, data):
        learner, _, event = data.draw(st.sampled_from(sorted(self.kept)))
        card = self.memory.undo(learner, event).body["card"]
        del self.kept[learner, card, event]

    @precondition(lambda self: self.kept)
    @rule(data=st.data(), by_ttl=st.booleans())
    def card_goes(self, data, by_ttl):
        learner, card, _ = data.draw(st.sampled_from(sorted(self.kept)))
        if by_ttl:  # DynamoDB deletes the item, and nothing else changes
            key = {"learner": {"S": learner}, "item": {"S": f"card#{card}"}}
            self.tables.client.delete_item(TableName=self.table_name, Key=key)
        else:
            self.memory.delete_card(learner, card)
        self.kept = {name: review for name, review in self.kept.items() if name[:2] != (learner, card)}

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def erase(self, data):
        learner = data.draw(st.sampled_from(sorted({learner for learner, _, _ in self.kept})))
        self.memory.erase(learner)
        self.kept = {name: review for name, review in self.kept.items() if name[0] != learner}
        self.erased.add(learner)

    @rule(share=st.sampled_from((0.3, 0.7, 1.0)), again=st.booleans())
    def load(self, share, again):
        """Load a batch of what is in the stream; and once more, as if the response had been lost."""
        self.pending += self.stream.records()
        size = round(share * len(self.pending))
        batch, self.pending = self.pending[:size], self.pending[size:]
        for _ in range(1 + again):
            changes = changes_of(batch)
            assert changes.unreadable == []
            self.loader.load(changes)

    @rule()
    def everything_is_loaded(self):
        self.load(1.0, again=False)
        columns = ("learner", "card", "event_id", "rating", "reviewed_at")
        found = self.table.batches(columns).read_all().to_pylist()
        rows = [tuple(row[name] for name in columns) for row in found]
        assert sorted(rows) == sorted((*name, *review) for name, review in self.kept.items())
        for learner in self.erased:
            assert self.review_tables.holding(self.arn, learner) == []
        told = {name for call in self.jobs.calls for name in json.loads(call["Payload"])["command"][4:]}
        assert self.erased <= told


@pytest.mark.parametrize("examples", [2, pytest.param(20, marks=pytest.mark.slow)], ids=["a few", "many"])
def test_table_has_what_the_memory_has_and_no_erased_learner(tables, review_tables, examples):
    Roads.tables, Roads.review_tables = tables, review_tables
    run_state_machine_as_test(
        Roads,
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # what fails is short enough, and each try takes a second
        ),
    )
