"""``recall trust``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from model_training.commands.options import PATH, by, command, lake
from model_training.commands.output import Output


@command
@click.argument("trusted", type=PATH, metavar="FILE.pem")
@by
@lake
def trust(trusted: Path, bucket: str | None, endpoint_url: str | None, by: str | None) -> Output:
    """Let only signed models go live from now on.

    FILE.pem is the signer's public key, or the root certificate above the signer's.
    """
    from model_training.registry.lake import find_lake
    from model_training.registry.moves import whoami
    from model_training.registry.trust import trust as trust_in

    pem = trusted.read_bytes()
    lake = find_lake(bucket, endpoint_url)
    trust_in(lake, pem, str(trusted), by=by or whoami(), now=datetime.now(UTC))
    line = f"only models that {trusted} vouches for go live in {lake.bucket} from now on"
    return Output({"trusted": str(trusted), "bucket": lake.bucket}, [line])
