"""Models larger than what S3 is read of at once: to the disk in parts, checked, loaded from there."""

import hashlib
import resource
import signal
import threading

import pytest

from http_kit.errors import ModelUnavailableError
from inference import large_file, model_store, s3
from inference.lake_source import LakeSource
from inference.large_file import fetch
from inference.model_store import REJECTED, RETRY_AFTER_SECONDS, UNREACHABLE, ModelStore
from inference.s3 import S3Error, S3Reader
from recall.errors import DamagedArtifactError, UnsupportedArtifactError

from .fakes import REFRESH_SECONDS, publish
from .own_models import BOOSTED, CARDS, FOREST, fitted
from .s3_server import S3Request
from .scripted_server import reset, torn

KEY = "models/1/model.skops"
BODY = bytes(range(256)) * 4  # 1,024 bytes: 100 are read at once, then 50 each time
DIGEST = hashlib.sha256(BODY).hexdigest()
PARTS = 1 + -(-(1024 - 100) // 50)
ENOUGH = 10_000


@pytest.fixture(autouse=True)
def small_parts(monkeypatch, tmp_path):
    monkeypatch.setattr(s3, "MAXIMUM_BYTES", 100)
    monkeypatch.setattr(s3, "PART_BYTES", 50)
    monkeypatch.setattr(large_file, "FOLDER", tmp_path / "models")


@pytest.fixture
def files():
    """Give the names of the files of large models."""
    folder = large_file.FOLDER
    return lambda: sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.fixture
def reader(server, variables):
    server.objects[f"/lake/{KEY}"] = BODY
    reader = S3Reader("lake", variables)
    yield reader
    reader.close()


def test_large_object_comes_in_parts_and_its_file_is_named_by_its_sha256(reader, server, files):
    path = fetch(reader, KEY, DIGEST, ENOUGH)

    assert path.read_bytes() == BODY
    assert files() == [DIGEST]
    ranges = [headers["Range"] for _path, headers in server.requests]
    assert ranges[:3] == ["bytes=0-99", "bytes=100-149", "bytes=150-199"]
    assert (len(ranges), server.connections) == (PARTS, 1)


@pytest.mark.parametrize("size", [99, 100])
def test_small_object_is_one_request_and_no_file(reader, server, files, size):
    server.objects[f"/lake/{KEY}"] = BODY[:size]

    assert fetch(reader, KEY, hashlib.sha256(BODY[:size]).hexdigest(), ENOUGH) == BODY[:size]
    assert len(server.requests) == 1
    assert files() == []


def test_whole_file_of_an_earlier_load_is_checked_and_used_again(reader, server, files):
    path = fetch(reader, KEY, DIGEST, ENOUGH)
    server.requests.clear()

    assert fetch(reader, KEY, DIGEST, ENOUGH) == path
    assert server.requests == []

    path.write_bytes(BODY[:-1] + b"?")
    assert fetch(reader, KEY, DIGEST, ENOUGH).read_bytes() == BODY
    assert (len(server.requests), files()) == (PARTS, [DIGEST])


@pytest.mark.parametrize("failure", [reset, torn])
def test_part_that_fails_is_requested_once_more(reader, server, failure):
    server.script = [S3Request.serve, S3Request.serve, failure]

    assert fetch(reader, KEY, DIGEST, ENOUGH).read_bytes() == BODY
    assert len(server.requests) == PARTS + 1


def test_fetch_goes_on_where_a_failure_stopped_it(reader, server, files):
    server.script = [S3Request.serve, S3Request.serve, reset, reset]
    with pytest.raises(S3Error):
        fetch(reader, KEY, DIGEST, ENOUGH)
    assert files() == [DIGEST + ".part"]
    server.requests.clear()

    assert fetch(reader, KEY, DIGEST, ENOUGH).read_bytes() == BODY
    assert server.requests[0][1]["Range"] == "bytes=150-199"
    assert files() == [DIGEST]


def replaced_after(parts, body):
    """Return a script in which another object lies in the lake after so many parts."""

    def replace(request):
        request.server.objects[f"/lake/{KEY}"] = body
        S3Request.serve(request)

    return [S3Request.serve] * parts + [replace]


@pytest.mark.parametrize("other", [BODY[::-1], BODY[::-1] + b"longer"], ids=["same size", "longer"])
def test_object_that_changes_meanwhile_is_refused_and_nothing_of_it_is_left(reader, server, files, other):
    server.script = replaced_after(2, other)
    with pytest.raises(DamagedArtifactError, match=r"^the artifact's sha256 isn't the pointer's$"):
        fetch(reader, KEY, DIGEST, ENOUGH)
    assert files() == []

    server.objects[f"/lake/{KEY}"] = BODY
    assert fetch(reader, KEY, DIGEST, ENOUGH).read_bytes() == BODY


def test_beginning_of_what_is_now_a_shorter_object_is_removed(reader, server, files):
    server.script = [*[S3Request.serve] * 3, *replaced_after(0, BODY[:120])]
    with pytest.raises(S3Error, match=r"status 416$"):
        fetch(reader, KEY, DIGEST, ENOUGH)
    assert files() == []


@pytest.mark.parametrize("body", [BODY, BODY[:80]], ids=["large", "small"])
def test_other_sha256_is_refused(reader, server, files, body):
    server.objects[f"/lake/{KEY}"] = body
    with pytest.raises(DamagedArtifactError):
        fetch(reader, KEY, "0" * 64, ENOUGH)

    assert files() == []


@pytest.mark.parametrize("digest", ["../" * 20 + "0000", "", "0" * 63])
def test_sha256_that_is_none_never_names_a_file(reader, server, digest):
    with pytest.raises(DamagedArtifactError):
        fetch(reader, KEY, digest, ENOUGH)

    assert server.requests == []


def test_object_over_the_limit_is_refused_after_its_first_part(reader, server, files):
    with pytest.raises(
        UnsupportedArtifactError, match=r"^the model has 1024 bytes, allowed are 1023, a share"
    ):
        fetch(reader, KEY, DIGEST, 1023)

    assert (len(server.requests), files()) == (1, [])


@pytest.fixture
def full_disk():
    """Let no file grow beyond 500 bytes, as on a disk that is full then."""
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, ignored)


@pytest.mark.usefixtures("full_disk")
def test_full_disk_is_named_with_the_setting_and_nothing_is_left(reader, files):
    with pytest.raises(
        UnsupportedArtifactError, match="has 1024 bytes, and /tmp is full: set ephemeral_storage"
    ):
        fetch(reader, KEY, DIGEST, ENOUGH)

    assert files() == []


FITTED = {name: fitted(estimator) for name, estimator in (("1", BOOSTED), ("2", FOREST))}


class OneStore:
    """A store whose S3 is a real server, with models that are all large to it."""

    def __init__(self, reader, server, clock):
        self._objects, self._clock = server.objects, clock
        self.failures = []
        source = LakeSource(reader, memory_mb=512)
        self.store = ModelStore(source, REFRESH_SECONDS, self.failures.append, clock)

    def publish(self, version, model):
        """Put a model into the lake, and point at it."""
        objects = {}
        publish(objects, version, model, format="skops")
        self._objects.update({f"/lake/{key}": body for key, body in objects.items()})

    def after_a_while(self):
        """Return the version that is served after a refresh has ended."""
        self._clock.now += REFRESH_SECONDS
        self.store.current()
        for thread in threading.enumerate():
            if thread.name.endswith("(_load)"):  # the others are the server's
                thread.join(timeout=10)
        return self.store.current().version


@pytest.fixture
def cold(reader, server, clock, monkeypatch):
    """Give a store that has loaded nothing yet; version 1 is live."""
    monkeypatch.setattr(s3, "MAXIMUM_BYTES", 2_000)
    monkeypatch.setattr(s3, "PART_BYTES", 1_000)
    cold = OneStore(reader, server, clock)
    cold.publish("1", FITTED["1"][1])
    return cold


@pytest.fixture
def served(cold):
    """Give a store that serves version 1."""
    assert cold.store.current().version == "1"
    return cold


def sha256(version):
    return hashlib.sha256(FITTED[version][1]).hexdigest()


def test_next_large_model_takes_the_place_of_the_one_before(served, files):
    estimator, model = FITTED["2"]
    assert files() == [sha256("1")]
    served.publish("2", model)

    assert served.after_a_while() == "2"
    predicted = served.store.current().predict(CARDS)
    assert predicted == estimator.set_params(n_jobs=1).predict_proba(CARDS)[:, 1].tolist()
    assert (files(), served.failures) == ([sha256("2")], [])


def test_call_that_waits_too_long_for_the_first_model_leaves_the_fetch_to_the_next(
    cold, server, clock, monkeypatch
):
    monkeypatch.setattr(model_store, "WAIT_SECONDS", 0.1)
    gate = threading.Event()

    def slow(request):
        gate.wait(10)
        S3Request.serve(request)

    server.script = [*[S3Request.serve] * 3, slow]
    with pytest.raises(ModelUnavailableError) as raised:
        cold.store.current()
    assert raised.value.retry_after == RETRY_AFTER_SECONDS
    gate.set()
    monkeypatch.setattr(model_store, "WAIT_SECONDS", 10)
    clock.now += RETRY_AFTER_SECONDS

    assert cold.store.current().version == "1"
    ranges = [headers["Range"] for _path, headers in server.requests if headers["Range"]]
    assert len(ranges) == len(set(ranges))  # nothing was fetched twice
    assert cold.store.failure is None


def test_last_good_model_stays_while_s3_fails_in_the_middle_of_the_next_one(served, server, files):
    served.publish("2", FITTED["2"][1])
    server.script = [*[S3Request.serve] * 4, reset, reset]

    assert served.after_a_while() == "1"
    assert (served.store.failure.reason, files()) == (UNREACHABLE, [sha256("2") + ".part"])
    assert served.after_a_while() == "2"
    assert (served.store.failure, files()) == (None, [sha256("2")])


def test_large_model_that_is_refused_is_read_once_until_the_pointer_changes(served, server):
    served.publish("2", b"no model" * 1_000)

    assert served.after_a_while() == "1"
    server.requests.clear()
    assert served.after_a_while() == "1"
    assert served.store.failure.reason == REJECTED
    assert [path for path, _headers in server.requests] == ["/lake/models/current.json"]
    assert served.failures[0] == served.failures[1]
    assert served.failures[0].startswith("model rejected: DamagedArtifactError: the model's file isn't a")

    served.publish("2", FITTED["2"][1])
    assert served.after_a_while() == "2"
