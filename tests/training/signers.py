"""Keys and certificates for signing, made anew in each session."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID

BEGINS = datetime(2026, 1, 1, tzinfo=UTC)


def private_pem(key, password=None):
    """Return a private key in PEM."""
    protection = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)


def public_pem(key):
    """Return a private key's public part in PEM."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def write_key(folder, name="private.pem", curve=None):
    """Write a new key, and beside it ``public-…``; return the private one's path."""
    key = ec.generate_private_key(curve or ec.SECP256R1())
    (folder / name).write_bytes(private_pem(key))
    (folder / f"public-{name}").write_bytes(public_pem(key))
    return folder / name


def certificate(subject, key, issuer, issuer_key, *, signs=False):
    """Issue a certificate, of an authority or of somebody who signs."""
    usage = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGINS)
        .not_valid_after(BEGINS + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=not signs, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=signs, key_cert_sign=not signs, crl_sign=not signs, **usage),
            critical=True,
        )
        .sign(issuer_key, hashes.SHA256())
    )


def write_certificates(folder):
    """Write ``root.pem``, ``middle.pem``, ``cert.pem`` and its ``key.pem``: each issued by the one before."""
    root_key, middle_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    made = {
        "root": certificate("root", root_key, "root", root_key),
        "middle": certificate("middle", middle_key, "root", root_key),
        "cert": certificate("ann", key, "middle", middle_key, signs=True),
    }
    for name, each in made.items():
        (folder / f"{name}.pem").write_bytes(each.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(private_pem(key))
