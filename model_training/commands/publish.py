"""``recall publish``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from model_training.commands.judges import Judges, judges
from model_training.commands.model_files import ModelFile, model_file
from model_training.commands.options import PATH, command, lake
from model_training.commands.output import Output
from model_training.commands.promote import judge_of
from recall.pointer import ONNX

if TYPE_CHECKING:
    from model_training.registry.signing import Signer

NEEDS_ONNX = (
    "{}: only a stage with the settings onnx: true and runtime python3.12 or later serves it; another one "
    "keeps its model, and GET /v1/health says degraded"
)


@command
@model_file
@judges
@click.option("--sign-key", type=PATH, metavar="KEY.pem", help="Sign with this private key.")
@click.option("--sign-certificate", type=PATH, metavar="CERT.pem", help="The key's certificate.")
@click.option(
    "--certificate-chain",
    multiple=True,
    type=PATH,
    metavar="CERT.pem",
    help="A certificate above it, the root's at least; once for each.",
)
@lake
def publish(
    model: ModelFile,
    bucket: str | None,
    endpoint_url: str | None,
    judges: Judges,
    sign_key: Path | None,
    sign_certificate: Path | None,
    certificate_chain: tuple[Path, ...],
) -> Output:
    """Upload a trained model and make it the served one.

    DIR is the folder that `recall fit` wrote. On reviews that it wasn't fitted to it must beat a constant and
    a moving average, and be no worse than the live model; else it is only uploaded.
    """
    from model_training.registry.lake import find_lake
    from model_training.registry.moves import whoami
    from model_training.registry.publish import publish as upload

    signer = _signer(sign_key, sign_certificate, certificate_chain)
    now = datetime.now(UTC)
    log = judges.read(now)
    release = model.read(log)
    lake = find_lake(bucket, endpoint_url)
    judge = judge_of(lake, judges, log)
    done = upload(release, lake, by=whoami(), now=now, judge=judge, why=judges.force, signer=signer)
    notes = [*done.notes, *([NEEDS_ONNX.format(release.version)] if model.format == ONNX else [])]
    notes += [release.needs] if release.needs else []
    return Output({"version": release.version, "notes": notes}, [release.version], notes)


def _signer(key: Path | None, certificate: Path | None, chain: tuple[Path, ...]) -> Signer | None:
    from model_training.registry.signing import Signer

    if (key is None and certificate is not None) or (certificate is None) != (not chain):
        raise click.UsageError(
            "a certificate signs with all of --sign-key, --sign-certificate and --certificate-chain (the "
            "certificates above it, the root's at least)"
        )
    return None if key is None else Signer(key, certificate, chain)
