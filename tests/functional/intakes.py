"""The intake function on an S3 in memory, which does what a test says."""

from datetime import UTC, datetime
from io import BytesIO

from botocore.exceptions import ClientError

from http_kit.service import Service
from intake.inbox import Inbox
from intake.quality import Quality
from intake.routes import FACTS, ROUTES, Intake

from .calls import response_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp()
REVIEW = {
    "event_id": "e1",
    "learner": "ann",
    "card": "gato",
    "reviewed_at": "2026-11-20T08:15:00Z",
    "rating": 3,
}


def refusal(code, retries=0):
    """Make the error that boto3 raises for one of S3's."""
    error = {"Error": {"Code": code}, "ResponseMetadata": {"RetryAttempts": retries}}
    return ClientError(error, "PutObject")


class FakeInbox:
    """Keeps objects like a bucket to which only new ones may be written; `error` is raised instead, once."""

    def __init__(self):
        self.objects = {}
        self.calls = []
        self.error = None
        self.stores_anyway = False

    def put_object(self, *, Bucket, Key, Body, **more):
        self.calls.append({"Bucket": Bucket, "Key": Key, **more})
        assert more["IfNoneMatch"] == "*"
        error, self.error = self.error, None
        if error and not self.stores_anyway:
            raise error
        if Key in self.objects:
            raise refusal("PreconditionFailed")
        self.objects[Key] = Body
        if error:
            raise error

    def get_object(self, *, Bucket, Key):
        self.calls.append({"Bucket": Bucket, "Key": Key})
        error, self.error = self.error, None
        if error:
            raise error
        if Key not in self.objects:
            raise refusal("NoSuchKey")
        return {"Body": BytesIO(self.objects[Key])}


def new_intake(s3=None, now=NOW):
    """Return the call of a warm intake function: an event in, a `Response` out."""
    s3 = s3 or FakeInbox()
    service = Service(ROUTES, Intake(Inbox(s3, "lake"), Quality(s3, "lake"), lambda: now), facts=FACTS)
    return lambda event: response_of(service.respond(event))
