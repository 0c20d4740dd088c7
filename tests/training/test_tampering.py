"""A flipped bit in any byte of a signed model, its card or its signature: `promote` and function refuse it.

The pointer's bytes are in ``tests/functional/test_pointer_bytes.py``.
"""

from base64 import b64encode

import pytest
from cryptography.x509 import load_der_x509_certificate

from inference.lake_source import LakeSource
from model_training.registry.promote import promote
from model_training.registry.publish import publish
from model_training.registry.signature_bundle import read_bundle
from model_training.registry.signing import Signer, SigningError, sign, verify
from recall.errors import DamagedArtifactError
from tests.functional.fakes import FakeReader

from .fake_s3 import FakeS3
from .releases import NOW, passed, release
from .signers import write_certificates, write_key

# Every byte takes a minute or two; a prime step meets all parts of a file.
STEP = 13
step = pytest.mark.parametrize("step", [STEP, pytest.param(1, marks=pytest.mark.slow)])
MODEL = release(1)
FILES = {"model.json": MODEL.model, "card.json": MODEL.card}


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    write_key(folder)
    write_certificates(folder)
    return folder


def flipped(body, step):
    """Yield a body with one bit of each byte turned, another one from byte to byte."""
    for position in range(0, len(body), step):
        changed = bytearray(body)
        changed[position] ^= 1 << (position // step) % 8
        yield position, bytes(changed)


@step
@pytest.mark.parametrize("name", ["model.json", "card.json", "model.sig"])
def test_promotion_of_a_signed_model_refuses_every_flipped_byte(keys, name, step):
    s3, trusted = FakeS3(), (keys / "public-private.pem").read_bytes()
    publish(MODEL, s3.lake, by="ann@desk", judge=passed, now=NOW, signer=Signer(keys / "private.pem"))
    key = f"models/v1/{name}"
    whole, pointer = s3.objects[key], s3.objects.pop("models/current.json")

    promoted = []
    for position, body in flipped(whole.body, step):
        s3.objects[key] = whole._replace(body=body)
        try:
            promote(
                s3.lake, "v1", by="eve@far", judge=passed, now=NOW, why="a test", forced=True, trusted=trusted
            )
        except SigningError:
            continue
        promoted.append(position)
    assert promoted == []

    s3.objects[key] = whole
    promote(s3.lake, "v1", by="ann@desk", judge=passed, now=NOW, trusted=trusted)
    assert s3.objects["models/current.json"].body == pointer.body


def accepted(bodies, trusted):
    """Return what comes with those signatures that hold."""
    held = []
    for name, body in bodies:
        try:
            verify("v1", FILES, body, trusted)
        except SigningError:
            continue
        held.append(name)
    return held


# The library skips certificates in a signature that the verifier has already, whatever is in them.
CHAINS = {
    "an authority between": (("middle.pem",), ("root.pem",)),
    "all trusted": (("middle.pem", "root.pem"), ("middle.pem", "root.pem")),
}
chains = pytest.mark.parametrize(("chain", "trusted"), CHAINS.values(), ids=CHAINS)


def signed_with(keys, chain, trusted):
    """Return a signature with these certificates, and those that are trusted."""
    signer = Signer(keys / "key.pem", keys / "cert.pem", tuple(keys / name for name in chain))
    return sign("v1", FILES, signer), b"".join((keys / name).read_bytes() for name in trusted)


@step
@chains
@pytest.mark.filterwarnings("ignore:Parsed a serial number which wasn't positive")
def test_no_byte_of_a_signature_by_certificate_may_be_another(keys, chain, trusted, step):
    signature, pem = signed_with(keys, chain, trusted)
    assert accepted([("whole", signature)], pem) == ["whole"]
    assert accepted(flipped(signature, step), pem) == []


@chains
def test_bits_that_a_certificates_signature_does_not_use_may_not_be_others(keys, chain, trusted):
    signature, pem = signed_with(keys, chain, trusted)
    changed = []
    for der in read_bundle(signature).certificates:
        unused = len(der) - len(load_der_x509_certificate(der).signature) - 1
        for value in range(1, 8):
            other = der[:unused] + bytes([value]) + der[unused + 1 :]
            changed.append((value, signature.replace(b64encode(der), b64encode(other))))
    assert signature not in dict(changed).values()
    assert accepted(changed, pem) == []


@pytest.mark.parametrize(
    "changed",
    [
        lambda body: body + b"\n",
        lambda body: body.replace(b",", b", ", 1),
        lambda body: body.replace(b"{", b'{"note":"",', 1),
        lambda body: body.replace(b'"mediaType"', b'"mediaType":"","mediaType"'),
        lambda body: body.replace(b'"dsse', rb'"\u0064sse'),
        lambda _body: b"[]",
        lambda _body: b'{"dsseEnvelope": 1, "verificationMaterial": 2}',
        lambda _body: b"[" * 100_000,
    ],
)
def test_signature_in_another_spelling_is_refused(keys, changed):
    signature = sign("v1", FILES, Signer(keys / "private.pem"))
    with pytest.raises(
        SigningError, match=r"^v1: its signature doesn't hold \(it was changed, or isn't one of"
    ):
        verify("v1", FILES, changed(signature), (keys / "public-private.pem").read_bytes())


def test_signature_without_a_hint_to_its_key_is_refused_and_nothing_is_printed(keys, capsys):
    head, tail = sign("v1", FILES, Signer(keys / "private.pem")).split(b'"hint":"')
    for hint in (b'"hint":""', b'"hint":null', b'"hint":"missing"'):
        with pytest.raises(SigningError, match=r"^v1: its signature doesn't hold"):
            verify(
                "v1",
                FILES,
                head + hint + tail[tail.index(b'"') + 1 :],
                (keys / "public-private.pem").read_bytes(),
            )
    assert capsys.readouterr() == ("", "")


def test_function_refuses_every_flipped_byte_of_the_artifact():
    s3, reader = FakeS3(), FakeReader()
    publish(MODEL, s3.lake, by="ann@desk", judge=passed, now=NOW)
    reader.objects = {key: stored.body for key, stored in s3.objects.items()}
    source = LakeSource(reader)
    assert source.load(None).version == "v1"

    served = []
    for position, body in flipped(MODEL.model, 1):
        reader.objects["models/v1/model.json"] = body
        try:
            source.load(None)
        except DamagedArtifactError:
            continue
        served.append(position)
    assert served == []
