"""The table of reviews: rows in, each once, and out of every file."""

from datetime import timedelta

import pytest

from lake.catalog import open_table
from lake.errors import TableError
from lake.rows import Added, rows_of_card
from lake.table import Applied
from memory.reviews import EPOCH

from .lake_proxy import LakeProxy, refusing_to_forget
from .lake_rows import NOW, key, names, reviews, rows
from .scripted_server import ScriptedRequest, ScriptedServer

pytestmark = pytest.mark.slow


def test_rows_come_out_as_they_went_in(review_table):
    sent = rows("ann")

    assert review_table.apply(sent) == Applied(3, 0, 0)

    found = review_table.batches(("reviewed_at", "after_log_stability", "duration_ms")).read_all().to_pylist()
    assert [row["reviewed_at"] for row in found] == [row[4] for row in sent]
    assert {row["duration_ms"] for row in found} == {None}


def test_batch_that_comes_again_changes_nothing(review_table):
    review_table.apply(rows("ann"))
    files = review_table.files()

    assert review_table.apply(rows("ann")) == Applied(0, 3, 0)
    assert review_table.files() == files


def test_row_that_comes_twice_in_a_batch_is_one(review_table):
    assert review_table.apply([*rows("ann"), *rows("ann")]).added == 3


def test_removal_takes_one_row_and_leaves_all_that_look_alike(review_table):
    review_table.apply([*rows("ann"), *rows("ann", "perro"), *rows("bob")])

    assert review_table.apply([], [key("ann", 1), key("bob", 0)]) == Applied(0, 0, 2)

    left = names(review_table)
    assert len(left) == 7
    assert ("ann", "perro", "e1") in left
    assert ("ann", "gato", "e0") in left


def test_rows_and_removals_come_together(review_table):
    review_table.apply(rows("ann"))

    assert review_table.apply(rows("bob"), [key("ann", 4)]) == Applied(3, 0, 1)
    assert review_table.apply(rows("bob"), [key("ann", 4)]) == Applied(0, 3, 0)
    assert len(names(review_table)) == 5


def test_review_that_was_undone_and_sent_again_is_there_as_it_was_sent_last(review_table):
    review_table.apply([*rows("ann"), *rows("bob")])
    again = rows_of_card("ann", "gato", [], [Added(reviews(days=(9,))[0]._replace(event_id="e1"), NOW)])

    for _ in range(2):  # the batch may come again
        assert review_table.apply(again, [key("ann", 1)]) == Applied(1, 0, 1)

        found = review_table.batches(("learner", "event_id", "reviewed_at")).read_all().to_pylist()
        at = [row["reviewed_at"] for row in found if (row["learner"], row["event_id"]) == ("ann", "e1")]
        assert at == [EPOCH + timedelta(days=20_009)]
        assert len(found) == 6


def test_erased_learner_is_in_no_file(review_tables):
    arn = review_tables.create()
    table = review_tables.open(arn)
    for learner in ("ann-3f9c", "bob", "cid"):
        table.apply(rows(learner))
    assert review_tables.holding(arn, "ann-3f9c")

    assert table.erase(["ann-3f9c", "nobody"]) == 3

    assert review_tables.holding(arn, "ann-3f9c") == []
    assert {learner for learner, _, _ in names(table)} == {"bob", "cid"}
    assert table.erase(["ann-3f9c"]) == 0


@pytest.mark.parametrize("status", [400, 403, 501])
def test_erasure_goes_on_where_a_client_may_not_let_go_of_snapshots(review_tables, status):
    arn = review_tables.create()
    review_tables.open(arn).apply(rows("ann"))
    with LakeProxy(review_tables.url) as proxy:
        table = open_table(arn, proxy.url)
        proxy.fault = refusing_to_forget(status)

        assert table.erase(["ann"]) == 3
    assert names(review_tables.open(arn)) == []


def test_learner_who_began_anew_keeps_what_came_since(review_table):
    review_table.apply(rows("ann"))
    later = NOW + timedelta(minutes=1)
    review_table.apply(rows_of_card("ann", "perro", [], [Added(each, later) for each in reviews()]))

    assert review_table.erase(["ann"], received_until=NOW) == 3
    assert {card for _, card, _ in names(review_table)} == {"perro"}


def test_removals_of_many_days_find_their_rows(review_table):
    days = tuple(range(0, 200, 5))
    review_table.apply([*rows("ann", days=days), *rows("bob", days=days)])

    assert review_table.apply([], [key("ann", day) for day in days]).removed == len(days)
    assert {learner for learner, _, _ in names(review_table)} == {"bob"}


def test_expiry_takes_what_was_reviewed_before_a_day(review_table):
    review_table.apply(rows("ann", days=(0, 1, 4)))

    assert review_table.expire(EPOCH.date() + timedelta(days=20_001)) == 1
    assert [event for _, _, event in names(review_table)] == ["e1", "e4"]


def test_another_writer_between_is_waited_for(review_tables):
    arn = review_tables.create()
    first, second = review_tables.open(arn), review_tables.open(arn)
    first.apply(rows("ann"))
    second.apply(rows("bob"))

    assert first.apply([*rows("bob"), *rows("cid")]) == Applied(3, 3, 0)
    assert len(names(second)) == 9


@pytest.mark.parametrize("arn", ["recall-dev", "arn:aws:s3:::recall-dev"])
def test_what_is_no_table_bucket_is_refused(arn):
    with pytest.raises(TableError, match="arn:aws:s3tables:<region>"):
        open_table(arn)


def test_bucket_without_the_table_is_named(review_tables):
    with pytest.raises(TableError, match=r"nothing-here.*deploy the stage first"):
        review_tables.open("arn:aws:s3tables:us-east-1:000000000000:bucket/nothing-here")


def test_process_without_credentials_is_told_so(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(TableError, match=r"bucket/b: there are no AWS credentials here; sign in"):
        open_table("arn:aws:s3tables:us-east-1:000000000000:bucket/b")


def test_catalogue_that_doesnt_answer_is_named():
    with pytest.raises(TableError, match="doesn't answer"):
        open_table("arn:aws:s3tables:us-east-1:000000000000:bucket/b", "http://127.0.0.1:9")


def test_table_that_may_not_be_opened_is_told_from_one_that_is_missing():
    class Refusing(ScriptedRequest):
        def serve(self):
            self.reply(403, b'{"error": {"message": "no", "type": "forbidden", "code": 403}}')

    class Catalogue(ScriptedServer):
        request_class = Refusing

    with (
        Catalogue() as catalogue,
        pytest.raises(TableError, match=r"^arn:.*bucket/b: the role may not open it .* s3tables permissions"),
    ):
        open_table("arn:aws:s3tables:us-east-1:000000000000:bucket/b", catalogue.url)
