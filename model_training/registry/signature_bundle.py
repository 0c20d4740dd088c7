"""A signature's bytes: a sigstore bundle in which every byte counts.

model-signing reads bundles generously: blanks, unknown fields and certificates that it doesn't need may be
anything. Here a bundle must be, byte by byte, what is written anew from what was read in it.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
PAYLOAD_TYPE = "application/vnd.in-toto+json"


@dataclass(frozen=True)
class Bundle:
    """A signature's content.

    Parameters
    ----------
    statement : dict
        The in-toto statement that was signed.
    certificates : list of bytes
        Certificates in DER, the signer's first; empty for a plain key.
    """

    statement: dict[str, Any]
    certificates: list[bytes]

    def check_names(self, version: str, files: set[str]) -> None:
        """Make sure that this version and these files were signed, and no others.

        Raises
        ------
        ValueError
            If it is of another version, or of other files.
        """
        signed = {resource["name"] for resource in self.statement["predicate"]["resources"]}
        if self.statement["subject"][0]["name"] != version or signed != files:
            raise ValueError("it is of another version, or of other files")


def compact_json(document: Any) -> bytes:
    """Return JSON without blanks."""
    return json.dumps(document, separators=(",", ":")).encode()


def read_bundle(signature: bytes) -> Bundle:
    """Read a bundle.

    Raises
    ------
    ValueError
        If it isn't one, or isn't written as this project writes them.
    """
    try:
        document = json.loads(signature)
        envelope = document["dsseEnvelope"]
        material = _material(document["verificationMaterial"])
        whole = compact_json(_document(material, envelope)) == signature
        statement = json.loads(b64decode(envelope["payload"]))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        whole = False
    if not whole:
        raise ValueError("it was changed, or isn't one of `publish --sign-key`")
    chain = material.get("x509CertificateChain", {"certificates": []})["certificates"]
    return Bundle(statement, [b64decode(each["rawBytes"]) for each in chain])


def check_chain(certificates: list[bytes], trusted: bytes) -> None:
    """Make sure that each certificate was issued by the next one, and the last one by one that is trusted.

    A check of the signature uses all of them, but for those that are trusted anyway: these must be the very
    same bytes.

    Parameters
    ----------
    certificates : list of bytes
        The certificates in DER, the signer's first.
    trusted : bytes
        Certificates in PEM.

    Raises
    ------
    ValueError, TypeError, cryptography.exceptions.InvalidSignature
        If one wasn't.
    """
    from cryptography import x509  # noqa: PLC0415 - takes a second, and few sign
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 - the same

    chain = [x509.load_der_x509_certificate(der) for der in certificates]
    roots = {root.subject: root for root in x509.load_pem_x509_certificates(trusted)}
    if chain[-1].issuer not in roots:
        raise ValueError("its last certificate wasn't issued by a trusted one")
    for der, certificate in zip(certificates, chain, strict=True):
        if certificate.subject in roots and roots[certificate.subject].public_bytes(Encoding.DER) != der:
            raise ValueError("a certificate in it isn't the trusted one of its name")
    for certificate, issuer in pairwise([*chain, roots[chain[-1].issuer]]):
        certificate.verify_directly_issued_by(issuer)


def _document(material: dict[str, Any], envelope: dict[str, Any]) -> dict[str, Any]:
    return {
        "mediaType": MEDIA_TYPE,
        "verificationMaterial": {**material, "tlogEntries": []},
        "dsseEnvelope": {
            "payload": _again(envelope["payload"]),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"sig": _again(envelope["signatures"][0]["sig"]), "keyid": ""}],
        },
    }


def _material(found: dict[str, Any]) -> dict[str, Any]:
    """Return whose signature it is: a public key's sha256, or certificates."""
    if "publicKey" in found:
        # Without one the library would only warn.
        return {"publicKey": {"hint": found["publicKey"]["hint"] or "missing"}}
    chain = found["x509CertificateChain"]["certificates"]
    return {
        "x509CertificateChain": {"certificates": [{"rawBytes": _again(each["rawBytes"])} for each in chain]}
    }


def _again(encoded: str) -> str:
    """Return base64 as it is written; what is read may differ in bits that mean nothing."""
    return b64encode(b64decode(encoded)).decode()
