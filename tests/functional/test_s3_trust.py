"""Whom a connection to S3 trusts: at AWS Amazon's own authorities, elsewhere those of the system."""

import hashlib
import socket
import ssl
import subprocess
import time
from pathlib import Path

import pytest

from aws_kit import connection
from inference import s3

from .s3_server import S3Server

AMAZON = "lake.s3.eu-central-1.amazonaws.com"
ELSEWHERE = "lake.example.org"
A_YEAR = 365 * 86_400  # seconds
PEM_SHA256 = "8040f4b20e02ffbffde74dc537faa3519310265a30862560ffe69719ec2f44aa"
# To be compared with https://www.amazontrust.com/repository/ by whoever changes them.
FINGERPRINTS = {
    "Amazon Root CA 1": "8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e",
    "Amazon Root CA 2": "1ba5b2aa8c65401a82960118f80bec4f62304d83cec4713a19c39c011ea46db4",
    "Amazon Root CA 3": "18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4",
    "Amazon Root CA 4": "e35d28419ed02025cfa69038cd623962458da5c695fbdea3c22b0bfb25897092",
    "Starfield Services Root Certificate Authority - G2": (
        "568d6905a2c88708a4b3025190edcfedb1974a606a13c6e5290fcb2ae63edab5"
    ),
}


@pytest.fixture(scope="module")
def roots():
    """Give the context that trusts the file's roots and nobody else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(connection.AMAZON_ROOTS)
    return context


def test_roots_are_the_five_of_amazon_trust_services(roots):
    names = [dict(part for (part,) in root["subject"])["commonName"] for root in roots.get_ca_certs()]
    digests = [hashlib.sha256(der).hexdigest() for der in roots.get_ca_certs(binary_form=True)]

    assert dict(zip(names, digests, strict=True)) == FINGERPRINTS


def test_file_of_the_roots_is_the_one_that_was_checked():
    assert hashlib.sha256(Path(connection.AMAZON_ROOTS).read_bytes()).hexdigest() == PEM_SHA256


def test_no_root_expires_within_a_year(roots):
    first = min(ssl.cert_time_to_seconds(root["notAfter"]) for root in roots.get_ca_certs())

    assert first - time.time() > A_YEAR


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Make a certificate, its own authority, of both hosts."""
    folder = tmp_path_factory.mktemp("certificate")
    path, key = folder / "certificate.pem", folder / "key.pem"
    names = f"subjectAltName=DNS:{AMAZON},DNS:{ELSEWHERE}"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=lake"]
    subprocess.run(
        [*command, "-addext", names, "-out", path, "-keyout", key], check=True, capture_output=True
    )
    return path, key


@pytest.fixture
def reader_at(certificate, monkeypatch):
    """Give a reader of an S3 at a host, whose certificate is one of the system's authorities."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    look_up = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda _host, *rest, **more: look_up("127.0.0.1", *rest, **more)
    )
    with S3Server() as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.objects["/lake/a"] = b"stored"
        readers = []

        def read_at(host):
            variables = {
                "AWS_ENDPOINT_URL": f"https://{host}:{server.server_port}", "AWS_REGION": "eu-central-1",
                "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret",
            }  # fmt: skip
            readers.append(s3.S3Reader("lake", variables))
            return readers[-1]

        yield read_at
        for reader in readers:
            reader.close()


def test_other_endpoint_is_trusted_as_the_system_trusts_it(reader_at):
    stored = reader_at(ELSEWHERE).get("a")

    assert stored.body == b"stored"


def test_amazons_host_with_another_authority_is_refused_though_the_system_trusts_it(reader_at):
    with pytest.raises(s3.S3Error, match="CERTIFICATE_VERIFY_FAILED"):
        reader_at(AMAZON).get("a")


def test_amazons_host_with_a_certificate_of_its_roots_is_trusted(reader_at, certificate, monkeypatch):
    monkeypatch.setattr(connection, "AMAZON_ROOTS", str(certificate[0]))

    assert reader_at(AMAZON).get("a").body == b"stored"
