"""Bills of materials against CycloneDX's own schema."""

from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator


def invalid(path: Path) -> str:
    """Return why a file isn't CycloneDX 1.6, or nothing if it is."""
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(path.read_text(encoding="utf-8"))
    return "" if error is None else str(error).partition("\n")[0]
