"""Names for learners whose files don't name them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

COMPRESSED = (".gz", ".bz2", ".xz", ".zst", ".zip")  # after the table's own suffix


def learner_names(paths: Sequence[Path]) -> list[str]:
    """Name each file's learner: the file's stem, with as many parent folders as make it unique.

    Parameters
    ----------
    paths : sequence of Path
        Different absolute paths.

    Returns
    -------
    list of str
        Different names, in the same order. Files that differ only in their suffix keep it.
    """
    # Each name once, or a file without a suffix would clash with itself.
    candidates = [list(dict.fromkeys(_candidates(path))) for path in paths]
    taken = Counter(name for names in candidates for name in names)
    return [next((name for name in names if taken[name] == 1), names[-1]) for names in candidates]


def _candidates(path: Path) -> Iterator[str]:
    """Possible names, shortest first; the last one is the whole path."""
    plain = Path(path.stem) if path.suffix.lower() in COMPRESSED else path
    for name in (plain.stem, path.name):
        parts = (*path.parts[:-1], name)
        yield from (Path(*parts[start:]).as_posix() for start in reversed(range(len(parts))))
