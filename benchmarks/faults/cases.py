"""The faults, as data: how each begins in the lake or in the environment, and what is expected of it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.build import LAMBDA_SOURCE
from inference.lake_source import POINTER_KEY
from inference.s3 import MAXIMUM_BYTES
from recall.pointer import MAXIMUM_BYTES as POINTER_BYTES
from tests.functional.s3_server import status
from tests.functional.scripted_server import BODY, HEADER, hang, reset, torn, trickle

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functional.s3_server import S3Server
    from tests.functional.scripted_server import Answer

    Begin = Callable[[S3Server], None]

MODEL = (LAMBDA_SOURCE / "inference" / "default_model" / "model.json").read_bytes()
POINTER = f"/lake/{POINTER_KEY}"
# A byte so often never lets a socket's own timeout run out.
TRICKLE_SECONDS = 0.05
UNREACHABLE, REJECTED = "unreachable", "rejected"
FINE = None


class Fault(NamedTuple):
    """A fault that begins while version 1 is served, and version 2 is published.

    Parameters
    ----------
    name : str
        For the table.
    reason : str or None
        What the health of a warm function gives as the reason; None where it copes and serves version 2.
    begin : callable
        Does to the lake what is wrong with it.
    local : str or None
        What is wrong with the environment itself: a name that `environment.py` knows.
    cold_default : bool
        Whether a cold function sees a lake in which nothing was published, and serves the default model.
    """

    name: str
    reason: str | None
    begin: Begin = lambda _lake: None
    local: str | None = None
    cold_default: bool = False


def publish(lake: S3Server, version: str, model: bytes = MODEL, **changes: object) -> None:
    """Put a model and a pointer to it, with some of its parts replaced, into the lake."""
    key = f"models/{version}/model.json"
    digest = hashlib.sha256(model).hexdigest()
    pointer = {"schema_version": 1, "version": version, "key": key, "sha256": digest}
    lake.objects[f"/lake/{key}"] = model
    lake.objects[POINTER] = json.dumps(pointer | changes).encode()


def _answers(answer: Answer) -> Begin:
    return lambda lake: setattr(lake, "fault", answer)


def _publishes(model: bytes = MODEL, **changes: object) -> Begin:
    return lambda lake: publish(lake, "2", model, **changes)


def _points(pointer: bytes) -> Begin:
    return lambda lake: lake.objects.update({POINTER: pointer})


def _loses_pointer(lake: S3Server) -> None:
    del lake.objects[POINTER]


NEWER_SCHEMA = json.dumps(json.loads(MODEL) | {"schema_version": 99}).encode()
FAULTS = (
    *(Fault(f"S3 answers {code}", UNREACHABLE, _answers(status(code))) for code in (403, 404, 500, 503)),
    Fault("body trickles", UNREACHABLE, _answers(trickle(BODY, TRICKLE_SECONDS))),
    Fault("header trickles", UNREACHABLE, _answers(trickle(HEADER, TRICKLE_SECONDS))),
    Fault("S3 hangs", UNREACHABLE, _answers(hang)),
    Fault("connection reset", UNREACHABLE, _answers(reset)),
    Fault("body truncated", UNREACHABLE, _answers(torn)),
    Fault("model of another hash", REJECTED, _publishes(sha256="0" * 64)),
    Fault("model of an unknown schema", REJECTED, _publishes(NEWER_SCHEMA)),
    Fault("model that isn't JSON", REJECTED, _publishes(MODEL[:-10])),
    Fault("model over the size cap", UNREACHABLE, _publishes(b" " * (MAXIMUM_BYTES + 1))),
    Fault("pointer of an unknown schema", REJECTED, _publishes(schema_version=99)),
    Fault("pointer that isn't JSON", REJECTED, _points(b"\xff{")),
    Fault("pointer over the size cap", REJECTED, _points(b" " * (POINTER_BYTES + 1))),
    Fault("pointer to nothing", UNREACHABLE, _publishes(key="models/9/model.json")),
    Fault("pointer missing", UNREACHABLE, _loses_pointer, cold_default=True),
    # Names are asked for when a connection is opened, so the open one is lost too.
    Fault("DNS fails", UNREACHABLE, _answers(reset), "dns_fails"),
    Fault("DNS hangs", UNREACHABLE, _answers(reset), "dns_hangs"),
    Fault("clock an hour behind S3's", FINE, lambda lake: setattr(lake, "clock_ahead", 3600.0)),
    Fault("clock an hour before S3's", FINE, lambda lake: setattr(lake, "clock_ahead", -3600.0)),
    Fault("full /tmp", FINE, local="disk_full"),
)
