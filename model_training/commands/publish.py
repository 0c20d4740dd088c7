"""``recall publish``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from model_training.commands.judges import Judges, judges
from model_training.commands.options import PATH, command, lake
from model_training.commands.output import Output
from model_training.commands.promote import judge_of

if TYPE_CHECKING:
    import pandas as pd

    from model_training.registry.publish import Release
    from model_training.registry.signing import Signer


@command
@click.argument("directory", type=PATH, required=False, metavar="[DIR]")
@click.option(
    "--sklearn",
    type=PATH,
    metavar="FILE.skops",
    help="A fitted scikit-learn estimator of your own, instead of DIR.",
)
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
    directory: Path | None,
    bucket: str | None,
    endpoint_url: str | None,
    sklearn: Path | None,
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
    release = _release(directory, sklearn, log)
    lake = find_lake(bucket, endpoint_url)
    judge = judge_of(lake, judges, log)
    done = upload(release, lake, by=whoami(), now=now, judge=judge, why=judges.force, signer=signer)
    return Output({"version": release.version, "notes": list(done.notes)}, [release.version], done.notes)


def _signer(key: Path | None, certificate: Path | None, chain: tuple[Path, ...]) -> Signer | None:
    from model_training.registry.signing import Signer

    if (key is None and certificate is not None) or (certificate is None) != (not chain):
        raise click.UsageError(
            "a certificate signs with all of --sign-key, --sign-certificate and --certificate-chain (the "
            "certificates above it, the root's at least)"
        )
    return None if key is None else Signer(key, certificate, chain)


def _release(directory: Path | None, sklearn: Path | None, reviews: pd.DataFrame | None) -> Release:
    from model_training.own_model.release import load_skops_release
    from model_training.registry.publish import load_release

    if directory is not None and sklearn is None:
        return load_release(directory)
    if sklearn is None or directory is not None:
        raise click.UsageError("publish takes one model: the folder that fit wrote, or --sklearn model.skops")
    return load_skops_release(sklearn, reviews)
