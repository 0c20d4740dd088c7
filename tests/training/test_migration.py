"""``recall migrate``: old files into the table and the memory, each event once, wherever it is killed."""

import json
import secrets
from contextlib import closing
from types import SimpleNamespace

import pytest

from lake.rows import Added, rows_of_card
from lake.schema import COLUMNS
from memory.learner import DEFAULT_SHIFT
from memory.reviews import EPOCH, Review
from model_training.cli import main
from model_training.erasure.errors import ErasureError
from model_training.erasure.run import erase
from model_training.learner_import.service import Service
from model_training.migration import run
from model_training.migration.errors import OldFileError
from model_training.migration.run import migrate
from model_training.progress import Progress
from model_training.registry.lake import Lake
from tests.functional.memories import Memory
from tests.robustness.gateway import API_KEY, running

from .fake_s3 import FakeS3
from .old_files import RECEIVED, day_file, event, request

pytestmark = pytest.mark.slow

NOW = RECEIVED.timestamp()
CARD = [
    event(1, 0, recall=0.9, version="v1"),
    event(2, 3, recall=0.8, version="v1", rating=1),
    event(3, 3),
    event(4, 9, recall=0.7),
    event(5, 15, version="v2", rating=4),
]
PERRO = event(8, 3, card="perro")


@pytest.fixture
def s3():
    """Give a lake with three days' files and two requests that weren't merged into them."""
    s3 = FakeS3(began=RECEIVED)
    day_file(s3, 0, CARD[0], event(6, 0, "bob"))
    day_file(s3, 3, CARD[1], CARD[2], event(7, 3, "bob", rating=1), PERRO)
    day_file(s3, 9, CARD[3])
    request(s3, "a", CARD[4], CARD[3] | {"rating": 1, "received_at": RECEIVED.replace(hour=13)})
    request(s3, "b", event(9, 15, "bob"), event(9, 15, "zoe"))
    s3.lake.write("reviews/notes.txt", b"mine")
    return s3


@pytest.fixture
def memory(tables):
    """Give a memory of its own, on the day on which the last review was received."""
    with closing(Memory(tables.create(), tables.url, clock=lambda: NOW)) as memory:
        yield memory


@pytest.fixture
def service(memory):
    """Give a service with this memory, as the migration calls it."""
    with running(memory=memory.service) as endpoint:
        yield Service(endpoint, API_KEY)


def bring(s3, table, service=None, **options):
    with Progress(3) as progress:
        return migrate(s3.lake, table, service, progress, **options)


def rows(table):
    """Return all rows, by learner, card and time."""
    found = table.batches(tuple(COLUMNS)).read_all().to_pylist()
    return sorted(found, key=lambda row: (row["learner"], row["card"], row["reviewed_at"]))


def micros(at):
    return round((at - EPOCH).total_seconds() * 1e6)


@pytest.mark.parametrize("at_once", [2, 50_000])
def test_rows_are_the_cores_own_with_the_predictions_that_came(s3, review_table, monkeypatch, at_once):
    monkeypatch.setattr(run, "ROWS", at_once)
    done = bring(s3, review_table)
    versions = ["v1", "v1", None, "unknown", None]
    reviews = [
        Review(micros(each["reviewed_at"]), each["event_id"], each["rating"], 0, DEFAULT_SHIFT, None,
               each["recall_probability"], 0)
        for each in CARD
    ]  # fmt: skip
    added = [Added(review, RECEIVED, version) for review, version in zip(reviews, versions, strict=True)]
    expected = [dict(zip(COLUMNS, row, strict=True)) for row in rows_of_card("ann", "gato", [], added)]

    assert (done.objects, done.reviews, done.added, done.in_table) == (5, 10, 10, 0)
    assert [
        row for row in rows(review_table) if row["card"] == "gato" and row["learner"] == "ann"
    ] == expected
    assert [row["model_version"] for row in expected] == versions
    assert expected[3]["days_since_last_review"] == pytest.approx(6, abs=1e-9)


def test_memory_knows_what_it_would_had_the_reviews_been_sent_to_it_in_their_order(
    s3, review_table, service, memory, tables
):
    done = bring(s3, review_table, service)
    names = ("event_id", "card", "rating")
    with closing(Memory(tables.create(), tables.url, clock=lambda: NOW)) as other:
        for each in sorted([*CARD, PERRO], key=lambda each: each["reviewed_at"]):
            review = {name: each[name] for name in names} | {"reviewed_at": each["reviewed_at"].isoformat()}
            other.study("ann", [review])
        known = other.learner("ann").body

    assert (done.accepted, done.in_memory, done.rejected) == (10, 0, {})
    assert memory.learner("ann").body == known
    assert known["reviews"] == 6
    assert [each["event_id"] for each in memory.export("bob")] == ["e6", "e7", "e9"]


class Killed(BaseException):
    """The process is gone: nothing catches it."""


class Killer:
    """Counts steps, and kills before one of them."""

    def __init__(self):
        self.left = None

    def __call__(self, *_step):
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Killed


def test_killed_before_and_after_every_step_nothing_is_lost_and_nothing_twice(
    s3, review_table, service, memory, monkeypatch
):
    """Each run is killed a step later than the one before, and goes on with what that one left."""
    monkeypatch.setattr(run, "ROWS", 4)
    monkeypatch.setattr(run, "SENT_AT_ONCE", 4)
    kill = Killer()
    s3.before = kill

    def around(function):
        def called(*arguments):
            kill()
            result = function(*arguments)
            kill()
            return result

        return called

    table = SimpleNamespace(apply=around(review_table.apply))
    careful = SimpleNamespace(store_reviews=around(service.store_reviews))
    kills = 0
    while True:
        kill.left = kills
        try:
            done = bring(s3, table, careful, delete=True)
        except Killed:
            kills += 1
        else:
            break
    kill.left = None

    assert kills > 20
    found = rows(review_table)
    assert [(row["learner"], row["card"], row["event_id"]) for row in found] == [
        *(("ann", "gato", f"e{number}") for number in range(1, 6)),
        ("ann", "perro", "e8"),
        *(("bob", "gato", f"e{number}") for number in (6, 7, 9)),
        ("zoe", "gato", "e9"),
    ]
    assert [row["after_reviews"] for row in found] == [1, 2, 3, 4, 5, 1, 1, 2, 3, 1]
    assert [len(memory.export(name)) for name in ("ann", "bob", "zoe")] == [6, 3, 1]
    assert done.kept == ["reviews/notes.txt"]
    assert list(s3.objects) == ["reviews/notes.txt"]


def test_files_go_with_all_their_versions_but_not_what_was_written_since(s3, review_table):
    day_file(s3, 0, CARD[0], event(6, 0, "bob"))  # a second version
    s3.lake.delete([request(s3, "merged", event(10, 1))])
    late = day_file(s3, 20, event(11, 20))
    written = []

    def write_once(operation, key):
        if operation == "list" and written == ["read"]:
            written.append("again")
            day_file(s3, 20, event(12, 20))
        if operation == "list" and not written:
            written.append("read")

    s3.before = write_once
    done = bring(s3, review_table, delete=True)

    assert (done.deleted, done.kept) == (5, ["reviews/notes.txt", late])
    assert sorted(s3.objects) == ["reviews/notes.txt", late]
    assert sorted(key for key, versions in s3.history.items() if versions) == ["reviews/notes.txt", late]


def test_without_delete_everything_stays_and_a_second_run_adds_nothing(s3, review_table, service):
    bring(s3, review_table, service)
    before = dict(s3.objects)
    done = bring(s3, review_table, service)

    assert (done.added, done.in_table, done.accepted, done.in_memory) == (0, 10, 0, 10)
    assert s3.objects == before


def test_review_that_the_service_rejects_is_counted_by_its_reason_and_the_files_stay(s3, review_table):
    full = "reviews[0].card has as many reviews as a card can have; delete the card, or use another one"
    answer = {"accepted": 8, "repeated": 0, "rejected": [{"index": 0, "error": {"message": full}}]}
    done = bring(s3, review_table, SimpleNamespace(store_reviews=lambda _body: answer), delete=True)

    assert done.rejected == {full.removeprefix("reviews[0]."): 1}
    assert (done.added, done.deleted, len(s3.objects)) == (10, 0, 6)


@pytest.mark.parametrize(
    ("key", "body"),
    [
        ("reviews/table/date=2026-11-04/reviews.parquet", b"PAR1"),
        ("reviews/inbox/2026-11-20/c.jsonl", b'{"event_id": "e1"}\n'),
        ("reviews/inbox/2026-11-20/c.jsonl", b"\xff\n"),
    ],
)
def test_damaged_file_is_named_and_nothing_is_changed(s3, review_table, key, body):
    s3.lake.write(key, body)
    with pytest.raises(OldFileError, match=f"^s3://lake/{key}: isn't a file of reviews"):
        bring(s3, review_table, delete=True)

    assert rows(review_table) == []
    assert len(s3.objects) == (6 if "table" in key else 7)


def test_erasure_says_that_old_files_may_hold_the_learner_until_they_are_gone(s3, review_table):
    def erased():
        return erase(s3.lake, review_table, "ann", now=RECEIVED).reviews

    with pytest.raises(
        ErasureError, match=r"reviews/: 5 files of an older release .* `recall migrate --delete`"
    ):
        erased()
    bring(s3, review_table, delete=True)

    assert erased() == 6
    assert {row["learner"] for row in rows(review_table)} == {"bob", "zoe"}


@pytest.fixture
def command(monkeypatch, tables, review_tables):
    """Give the call of the command on a lake in the local cloud's S3; its bucket has two old files."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "us-east-1")
    bucket = f"lake-{secrets.token_hex(8)}"
    review_tables.s3.create_bucket(Bucket=bucket)
    lake = SimpleNamespace(lake=Lake(review_tables.s3, bucket))
    day_file(lake, 0, CARD[0])
    request(lake, "a", CARD[1])
    arn = review_tables.create()

    def command(*words):
        where = ["--bucket", bucket, "--table-bucket", arn, "--endpoint-url", tables.url]
        return main(["migrate", *where, *words])

    return command


def test_command_says_what_became_of_the_files(command, memory, capsys):
    with running(memory=memory.service) as endpoint:
        code = command("--endpoint", endpoint, "--api-key", API_KEY, "--delete")

    assert code == 0
    _log, *said = capsys.readouterr().out.splitlines()
    assert said == [
        "2 old files with 2 reviews: 2 rows added to the table, 0 were there already",
        "The memory took 2, had 0 already, and rejected 0",
        "2 old files deleted, with all their versions",
    ]
    assert command("--table-only", "--json") == 0
    assert json.loads(capsys.readouterr().out) == run.Migration().as_result()


def test_command_for_a_memory_that_has_the_reviews_sends_none(command, capsys):
    assert command("--table-only") == 0
    assert capsys.readouterr().out.splitlines() == [
        "2 old files with 2 reviews: 2 rows added to the table, 0 were there already"
    ]


def test_service_that_refuses_is_one_line_with_the_fix_and_nothing_is_deleted(command, capsys):
    with running() as endpoint:
        code = command("--endpoint", endpoint, "--api-key", "wrong", "--delete")

    assert code == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"error: {endpoint}: x-api-key must be a valid API key (status 403); "
        "check --api-key, and whose learners it may reach"
    )
    assert command("--table-only", "--json") == 0
    assert json.loads(capsys.readouterr().out)["in_table"] == 2


def test_lake_without_old_files_is_done(review_table):
    done = bring(FakeS3(), review_table, delete=True)

    assert done.as_result() == run.Migration().as_result()
