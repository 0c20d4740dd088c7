"""``recall rollback``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from model_training.commands.options import by, command, lake, reason, verify
from model_training.commands.output import Output
from model_training.commands.promote import promoted, read_pem


@command
@verify
@reason
@by
@lake
def rollback(
    bucket: str | None, endpoint_url: str | None, by: str | None, reason: str | None, verify: Path | None
) -> Output:
    """Make the model that was live before the served one again."""
    from model_training.registry.lake import find_lake
    from model_training.registry.moves import whoami
    from model_training.registry.promote import rollback as roll_back

    trusted = read_pem(verify)
    lake = find_lake(bucket, endpoint_url)
    who, now = by or whoami(), datetime.now(UTC)
    return promoted(roll_back(lake, by=who, now=now, why=reason or "", trusted=trusted))
