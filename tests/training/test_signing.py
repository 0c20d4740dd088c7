"""Signed models: who may sign, what goes live once somebody is trusted, and what each error says."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from model_training.cli import main
from model_training.registry.gates import GateError
from model_training.registry.promote import promote, rollback
from model_training.registry.publish import publish
from model_training.registry.signature_bundle import read_bundle
from model_training.registry.signing import Signer, SigningError, sign, verify
from model_training.registry.trust import TRUST_KEY, trust

from .fake_s3 import FakeS3
from .releases import NOW, passed, release
from .signers import private_pem, public_pem, write_certificates, write_key

PAGE = Path(__file__).parents[2] / "docs" / "own-model.md"
SIGNATURE = "models/v2/model.sig"
FILES = {"model.json": b"{}", "card.json": b"[]"}


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """Give a folder with the keys of ann and bob, and certificates."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("ann.pem", "bob.pem"):
        write_key(folder, name)
    write_certificates(folder)
    return folder


@pytest.fixture
def s3(keys):
    """Give a lake with v1, unsigned, and v2, signed by ann and live."""
    s3 = FakeS3()
    put(s3, 1)
    put(s3, 2, Signer(keys / "ann.pem"))
    return s3


def put(s3, number, signer=None):
    return publish(release(number), s3.lake, by="ann@desk", judge=passed, now=NOW, signer=signer)


def trusted(keys, name):
    return (keys / name).read_bytes()


def trusting(s3, keys, name):
    trust(s3.lake, trusted(keys, name), name, by="ann@desk", now=NOW)


def promoted(s3, version, **options):
    return promote(s3.lake, version, by="bob@desk", judge=passed, now=NOW + timedelta(hours=1), **options)


def test_signature_lies_beside_the_model_and_comes_before_the_pointer(keys):
    s3 = FakeS3()
    put(s3, 2, Signer(keys / "ann.pem"))
    assert list(s3.objects)[:-1] == [
        "models/v2/model.json",
        "models/v2/card.json",
        SIGNATURE,
        "models/current.json",
    ]
    assert s3.objects[SIGNATURE].kind == "application/vnd.dev.sigstore.bundle.v0.3+json"


def test_signature_is_one_that_model_signing_itself_verifies(s3, keys, tmp_path):
    from model_signing.verifying import Config  # noqa: PLC0415 - takes a second

    for name in ("model.json", "card.json"):
        (tmp_path / name).write_bytes(s3.objects[f"models/v2/{name}"].body)
    signature = tmp_path.with_suffix(".sig")
    signature.write_bytes(s3.objects[SIGNATURE].body)
    config = Config().use_elliptic_key_verifier(public_key=keys / "public-ann.pem")
    config.verify(tmp_path, signature)

    (tmp_path / "card.json").write_bytes(b"{}")
    with pytest.raises(ValueError, match=r"Hash mismatch for 'card\.json'"):
        config.verify(tmp_path, signature)


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()], ids=lambda c: c.name)
def test_key_of_each_curve_signs_and_only_its_own_public_part_verifies(tmp_path, keys, curve):
    key = write_key(tmp_path, curve=curve)
    signature = sign("v1", FILES, Signer(key))
    verify("v1", FILES, signature, (tmp_path / "public-private.pem").read_bytes())
    with pytest.raises(SigningError, match=r"^v1: its signature doesn't hold \(Key mismatch: "):
        verify("v1", FILES, signature, trusted(keys, "public-bob.pem"))


def test_certificate_signs_where_its_root_is_trusted(keys):
    signer = Signer(keys / "key.pem", keys / "cert.pem", (keys / "middle.pem",))
    signature = sign("v1", FILES, signer)
    verify("v1", FILES, signature, trusted(keys, "root.pem"))
    other = keys / "others"
    other.mkdir(exist_ok=True)
    write_certificates(other)
    with pytest.raises(SigningError, match=r"^v1: its signature doesn't hold \("):
        verify("v1", FILES, signature, trusted(other, "root.pem"))
    with pytest.raises(SigningError, match=r"^v1: its signature doesn't hold \("):
        verify("v1", FILES, signature, trusted(keys, "public-ann.pem"))


def test_authority_whose_certificate_may_not_sign_is_refused(keys, tmp_path):
    write_certificates(tmp_path)
    shutil.copy(keys / "ann.pem", tmp_path / "key.pem")
    with pytest.raises(SigningError, match="public key from the certificate does not match"):
        sign("v1", FILES, Signer(tmp_path / "key.pem", tmp_path / "cert.pem", (tmp_path / "middle.pem",)))


@pytest.mark.parametrize(
    ("version", "files"),
    [
        ("v2", FILES),
        ("v1", FILES | {"model.json": b"{ }"}),
        ("v1", {"model.json": b"{}"}),
        ("v1", FILES | {"b": b""}),
    ],
    ids=["version", "content", "missing", "more"],
)
def test_signature_of_another_version_or_other_files_does_not_hold(keys, version, files):
    signature = sign("v1", FILES, Signer(keys / "ann.pem"))
    with pytest.raises(SigningError, match=rf"^{version}: its signature doesn't hold \("):
        verify(version, files, signature, trusted(keys, "public-ann.pem"))


def test_promotion_and_rollback_verify_with_the_given_key(s3, keys):
    put(s3, 3, Signer(keys / "bob.pem"))
    ann, bob = (trusted(keys, f"public-{name}.pem") for name in ("ann", "bob"))
    with pytest.raises(SigningError, match=r"^v2: its signature doesn't hold"):
        rollback(s3.lake, by="bob@desk", now=NOW, trusted=bob)
    assert s3.pointer["version"] == "v3"

    assert rollback(s3.lake, by="bob@desk", now=NOW, trusted=ann).notes == []
    assert promoted(s3, "v3", trusted=bob).notes == []
    with pytest.raises(SigningError, match=r"^v1 isn't signed: publish it again, with --sign-key$"):
        promoted(s3, "v1", trusted=ann)
    assert s3.pointer["version"] == "v3"


def test_in_a_lake_that_trusts_somebody_nothing_else_goes_live_by_any_command(s3, keys):
    trusting(s3, keys, "public-ann.pem")
    for go_live in (
        lambda: promoted(s3, "v1", why="in a hurry", forced=True),
        lambda: rollback(s3.lake, by="bob@desk", now=NOW),
        lambda: put(s3, 3),
    ):
        with pytest.raises(SigningError, match=r"^v[13] isn't signed: publish it again, with --sign-key$"):
            go_live()
    with pytest.raises(SigningError, match=r"^v4: its signature doesn't hold"):
        put(s3, 4, Signer(keys / "bob.pem"))
    assert s3.pointer["version"] == "v2"
    assert put(s3, 5, Signer(keys / "ann.pem")).notes == []


def test_given_key_is_checked_beside_the_lakes_own(s3, keys):
    trusting(s3, keys, "public-bob.pem")
    with pytest.raises(SigningError, match=r"^v2: its signature doesn't hold"):
        promoted(s3, "v2", trusted=trusted(keys, "public-ann.pem"))


def test_who_trusts_whom_since_when_is_in_the_lake(s3, keys):
    trusting(s3, keys, "root.pem")
    assert json.loads(s3.objects[TRUST_KEY].body) == {
        "trusted": (keys / "root.pem").read_text(),
        "by": "ann@desk",
        "at": "2026-11-21T12:30:00Z",
    }


@pytest.mark.parametrize("body", [b"", b"{}", b'{"trusted": "-----BEGIN"}'])
def test_unreadable_trust_lets_nothing_go_live(s3, body):
    s3.put_object(Bucket="lake", Key=TRUST_KEY, Body=body, ContentType="application/json")
    with pytest.raises(SigningError, match=r"^s3://lake/models/trust\.json: "):
        promoted(s3, "v2")


def test_signed_model_in_a_lake_that_trusts_nobody_goes_live_with_a_note(s3):
    assert promoted(s3, "v2").notes == [
        "v2 is signed, but nobody says whose signatures count here: run the command `trust`, or give "
        "--verify-key"
    ]


def test_signed_model_passes_the_gates_too(s3, keys):
    trusting(s3, keys, "public-ann.pem")
    put(s3, 3, Signer(keys / "ann.pem"))
    broken = {"model.json": b"{}", "card.json": release(2).card}
    for name, body in (broken | {"model.sig": sign("v2", broken, Signer(keys / "ann.pem"))}).items():
        s3.objects[f"models/v2/{name}"] = s3.objects[f"models/v2/{name}"]._replace(body=body)
    with pytest.raises(GateError, match=r"^v2: the stored model\.json isn't the one of its card"):
        promoted(s3, "v2")


def run(s3, monkeypatch, *arguments):
    monkeypatch.setattr("model_training.registry.lake.s3_client", lambda _: s3)
    return main([*map(str, arguments), "--bucket", "lake"])


def test_table_says_who_is_signed_and_whether_it_holds(s3, keys, capsys, monkeypatch):
    put(s3, 3, Signer(keys / "bob.pem"))

    def signed():
        assert run(s3, monkeypatch, "models", "--json") == 0
        return [
            (model["version"], model["signed"]) for model in json.loads(capsys.readouterr().out)["models"]
        ]

    assert signed() == [("v3", "yes"), ("v2", "yes"), ("v1", None)]
    assert run(s3, monkeypatch, "trust", keys / "public-ann.pem", "--by", "ann") == 0
    assert "vouches for go live in lake from now on" in capsys.readouterr().out
    assert signed() == [("v3", "not trusted"), ("v2", "trusted"), ("v1", None)]


def test_commands_verify_with_a_key_or_a_root(s3, keys, capsys, monkeypatch):
    chain = (keys / "middle.pem",)
    put(s3, 3, Signer(keys / "key.pem", keys / "cert.pem", chain))
    forced = ("--force", "a test")

    assert run(s3, monkeypatch, "promote", "v2", *forced, "--verify-key", keys / "public-ann.pem") == 0
    assert (
        run(s3, monkeypatch, "promote", "v3", *forced, "--verify-certificate-chain", keys / "root.pem") == 0
    )
    assert run(s3, monkeypatch, "rollback", "--verify-certificate-chain", keys / "root.pem") == 2
    assert run(s3, monkeypatch, "rollback", "--verify-key", keys / "public-ann.pem") == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == ["v2 is live, was v3", "v3 is live, was v2", "v2 is live, was v3"]
    (error,) = (line for line in said.err.splitlines() if not line.startswith("note: "))
    assert error.startswith("error: v2: its signature doesn't hold (")


def pem_files(folder, keys):
    """Write what isn't a signer's key."""
    (folder / "encrypted.pem").write_bytes(
        private_pem(ec.generate_private_key(ec.SECP256R1()), password=b"secret")
    )
    for name, key in (
        ("rsa.pem", rsa.generate_private_key(65537, 2048)),
        ("curve.pem", ec.generate_private_key(ec.SECP256K1())),
    ):
        (folder / name).write_bytes(private_pem(key))
        (folder / f"public-{name}").write_bytes(public_pem(key))
    (folder / "text.pem").write_text("no key at all")
    for name in ("ann.pem", "public-ann.pem", "cert.pem"):
        shutil.copy(keys / name, folder)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("none.pem", "No such file or directory"),
        ("encrypted.pem", "is encrypted; openssl asks for its password with --sign-key <("),
        ("rsa.pem", "another kind of key; give an elliptic-curve key, P-256, P-384 or P-521"),
        ("curve.pem", "Unsupported key for curve 'secp256k1'; give an elliptic-curve key"),
        ("text.pem", "give an elliptic-curve key"),
    ],
)
def test_key_that_cannot_sign_is_one_line_and_nothing_is_uploaded(tmp_path, keys, name, problem):
    pem_files(tmp_path, keys)
    s3 = FakeS3()
    with pytest.raises(SigningError) as refused:
        put(s3, 1, Signer(tmp_path / name))
    assert str(refused.value).startswith(f"{tmp_path / name}: ")
    assert problem in str(refused.value)
    assert "\n" not in str(refused.value)
    assert s3.objects == {}


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("public-rsa.pem", "another kind of key; give the public part of an elliptic-curve key"),
        ("public-curve.pem", "Unsupported key for curve 'secp256k1'; give the public part"),
        ("text.pem", "give the public part of an elliptic-curve key, P-256, P-384 or P-521, or certificates"),
    ],
)
def test_file_without_a_public_key_is_one_line_and_exit_2(
    s3, tmp_path, keys, capsys, monkeypatch, name, problem
):
    pem_files(tmp_path, keys)
    before = dict(s3.objects)

    assert run(s3, monkeypatch, "trust", tmp_path / name) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: {tmp_path / name}: ")
    assert problem in line
    assert s3.objects == before


@pytest.mark.parametrize(
    "options",
    [
        ["--sign-certificate", "cert.pem", "--certificate-chain", "root.pem"],
        ["--sign-key", "key.pem", "--sign-certificate", "cert.pem"],
    ],
)
def test_half_a_certificate_is_refused(options, capsys):
    assert main(["publish", "model", "--bucket", "b", *options]) == 2
    assert (
        "error: a certificate signs with all of --sign-key, --sign-certificate and" in capsys.readouterr().err
    )


def test_signature_libraries_are_loaded_only_when_needed():
    script = (
        "import sys; import model_training.registry.promote, model_training.registry.publish; "
        "print([name for name in ('model_signing', 'sigstore') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.skipif(
    shutil.which("openssl") is None or not Path("/dev/fd").exists(), reason="openssl isn't on this machine"
)
def test_encrypted_key_signs_through_openssl_as_its_error_says(tmp_path, keys):
    pem_files(tmp_path, keys)
    read, write = os.pipe()  # what the shell makes of <(…)
    decrypt = ["openssl", "pkey", "-in", tmp_path / "encrypted.pem", "-passin", "pass:secret"]
    with os.fdopen(write, "wb") as pipe:
        subprocess.run(decrypt, stdout=pipe, check=True)
    signature = sign("v1", FILES, Signer(Path(f"/dev/fd/{read}")))
    os.close(read)
    assert read_bundle(signature).certificates == []


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl isn't on this machine")
def test_key_pair_of_the_documented_commands_signs_and_verifies(tmp_path):
    for command in re.findall("^openssl .+", PAGE.read_text(encoding="utf-8"), re.MULTILINE):
        subprocess.run(shlex.split(command), cwd=tmp_path, check=True, capture_output=True)
    signature = sign("v1", FILES, Signer(tmp_path / "private.pem"))

    verify("v1", FILES, signature, (tmp_path / "public.pem").read_bytes())
    with pytest.raises(SigningError, match="Key mismatch"):
        verify("v1", FILES, signature, public_pem(ec.generate_private_key(ec.SECP256R1())))
