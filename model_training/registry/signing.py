"""Signing models, and checking signatures, with OpenSSF's model-signing: by a key, or by a certificate."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from model_training.registry.refusal import RefusalError
from model_training.registry.signature_bundle import check_chain, compact_json, read_bundle

if TYPE_CHECKING:
    from model_signing.hashing import Config as Hashing
    from model_signing.signing import Config as Signing
    from model_signing.verifying import Config as Verifying

CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
CURVES = "an elliptic-curve key, P-256, P-384 or P-521"
DECRYPT = "is encrypted; openssl asks for its password with --sign-key <(openssl pkey -in private.pem)"


class SigningError(RefusalError):
    """A model can't be signed, or a signature isn't to be trusted: names the file or version and the fix."""


@dataclass(frozen=True)
class Signer:
    """A signer's key and certificates.

    Parameters
    ----------
    key : pathlib.Path
        A private key in PEM.
    certificate : pathlib.Path, optional
        The key's certificate, in PEM.
    chain : tuple of pathlib.Path
        The certificates above it, in PEM, each the issuer of the one before; at least one with a certificate.
    """

    key: Path
    certificate: Path | None = None
    chain: tuple[Path, ...] = ()


def sign(version: str, files: Mapping[str, bytes], signer: Signer) -> bytes:
    """Sign a version's files.

    Parameters
    ----------
    version : str
        The version, which is signed, too.
    files : mapping of str to bytes
        Contents by name.
    signer : Signer
        The key and its certificates.

    Returns
    -------
    bytes
        A sigstore bundle, as JSON.

    Raises
    ------
    SigningError
        If a file of the signer isn't there, or isn't what it should be.
    """
    config = _signing(signer)
    with TemporaryDirectory() as folder:
        signed, signature = Path(folder) / version, Path(folder) / "signature"
        _write(signed, files)
        config.sign(signed, signature)
        bundle = compact_json(json.loads(signature.read_bytes()))
    read_bundle(bundle)
    return bundle


def check_trusted(pem: bytes, name: str) -> None:
    """Make sure that something may be named as whose signatures count.

    Parameters
    ----------
    pem : bytes
        A public key, or the certificates that signers' certificates come from.
    name : str
        The file's name, for the message.

    Raises
    ------
    SigningError
        If it is neither a public key nor certificates.
    """
    try:
        _verifying(pem)
    except Exception as error:  # whatever other files make the libraries raise
        raise SigningError(
            f"{name}: {_problem(error)}; give the public part of {CURVES}, or certificates, in PEM"
        ) from error


def verify(version: str, files: Mapping[str, bytes], signature: bytes, trusted: bytes) -> None:
    """Make sure that somebody who is trusted has signed these very files under this version.

    Parameters
    ----------
    version, files
        The signed files, as they were given to `sign`.
    signature : bytes
        The signature that `sign` returned.
    trusted : bytes
        A public key or certificates, in PEM, that have passed `check_trusted`.

    Raises
    ------
    SigningError
        If not, or if a byte of the signature was changed.
    """
    try:
        bundle = read_bundle(signature)
        bundle.check_names(version, set(files))
        if bundle.certificates:
            check_chain(bundle.certificates, trusted)
        with TemporaryDirectory() as folder:
            signed, stored = Path(folder) / "model", Path(folder) / "signature"
            _write(signed, files)
            stored.write_bytes(signature)
            _verifying(trusted).set_hashing_config(_hashing()).verify(signed, stored)
    except Exception as error:  # whatever a forged signature makes the libraries raise: it isn't trusted
        raise SigningError(
            f"{version}: its signature doesn't hold ({_problem(error)}): somebody else signed it, or it was "
            "changed since; publish it again",
            " with a --sign-key that is trusted",
        ) from error


def _signing(signer: Signer) -> Signing:
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - takes a second, and few sign
    from model_signing.signing import Config  # noqa: PLC0415 - the same

    config = Config().set_hashing_config(_hashing())
    try:
        if signer.certificate is None:
            return config.use_elliptic_key_signer(private_key=signer.key)
        return config.use_certificate_signer(
            private_key=signer.key, signing_certificate=signer.certificate, certificate_chain=signer.chain
        )
    except OSError as error:
        raise SigningError(f"{error.filename}: {error.strerror}") from error
    except TypeError as error:  # no password was given
        raise SigningError(f"{signer.key}: {DECRYPT}") from error
    except (ValueError, AttributeError, UnsupportedAlgorithm) as error:
        files = ", ".join(map(str, filter(None, (signer.key, signer.certificate, *signer.chain))))
        raise SigningError(f"{files}: {_problem(error)}; give {CURVES}, and its own certificates") from error


def _verifying(trusted: bytes) -> Verifying:
    from model_signing.verifying import Config  # noqa: PLC0415 - takes a second, and few sign

    with TemporaryDirectory() as folder:
        path = Path(folder) / "trusted.pem"
        path.write_bytes(trusted)
        if CERTIFICATE in trusted:
            return Config().use_certificate_verifier(certificate_chain=[path])
        return Config().use_elliptic_key_verifier(public_key=path)


def _hashing() -> Hashing:
    """Return how files are hashed: all of them, which isn't the library's default."""
    from model_signing.hashing import Config  # noqa: PLC0415 - takes a second, and few sign

    return Config().set_ignored_paths(paths=[], ignore_git_paths=False)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _problem(error: Exception) -> str:
    """Say in one line what a library found."""
    if isinstance(error, AttributeError):
        return "another kind of key"
    return " ".join(f"{str(error) or type(error).__name__}".split())[:200]
