"""A learner's state as text: what callers keep between two calls, and need not understand.

Base64 (RFC 4648, URL-safe, without padding) of a version byte, the model's fingerprint, the 6 means and the
lower triangle of the covariance's Cholesky factor row by row, 21 numbers, all as little-endian 32-bit floats.
Any such factor with a positive diagonal is a covariance's, so rounding can't break one.
"""

from __future__ import annotations

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from math import sqrt

from recall.errors import InvalidInputError
from recall.learner import SIZE, START, LearnerState, widened

VERSION = 1
FACTORS = SIZE * (SIZE + 1) // 2
LAYOUT = struct.Struct(f"<BI{SIZE + FACTORS}f")
LENGTH = -(-LAYOUT.size * 4 // 3)  # characters
# Far beyond what outcomes can teach; keeps sums and products finite.
LARGEST_MEAN, LARGEST_FACTOR, SMALLEST_FACTOR = 50.0, 100.0, 1e-6


def encode_state(state: LearnerState, fingerprint: int) -> str:
    """Return a state as text.

    Parameters
    ----------
    state : LearnerState
        Means are cut off at ±50.
    fingerprint : int
        That of the model whose predictions taught it, from 0 to 2³² − 1; see `recall.artifact.Artifact`.
    """
    means = [min(max(m, -LARGEST_MEAN), LARGEST_MEAN) for m in state.mean]
    state_bytes = LAYOUT.pack(VERSION, fingerprint, *means, *_cholesky(state.covariance))
    return urlsafe_b64encode(state_bytes).decode().rstrip("=")


def decode_state(text: object, fingerprint: int, field: str = "learner_state") -> LearnerState:
    """Read what `encode_state` wrote; a state of another model comes back widened, `START` for null.

    Raises
    ------
    InvalidInputError
        Naming ``field``, if it isn't such a text.
    """
    if text is None:
        return START
    problem = "must be null for a new learner, or the learner_state of an earlier response, unchanged"
    if not isinstance(text, str) or len(text) != LENGTH:
        raise InvalidInputError(field, problem)
    try:
        version, taught_by, *numbers = LAYOUT.unpack(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, struct.error) as error:
        raise InvalidInputError(field, problem) from error
    means, factors = numbers[:SIZE], numbers[SIZE:]
    rows = [factors[i * (i + 1) // 2 : (i + 1) * (i + 2) // 2] for i in range(SIZE)]
    holds = (
        version == VERSION
        and all(-LARGEST_MEAN <= m <= LARGEST_MEAN for m in means)  # NaN fails too
        and all(-LARGEST_FACTOR <= f <= LARGEST_FACTOR for f in factors)
        and all(row[-1] >= SMALLEST_FACTOR for row in rows)
    )
    if not holds:
        raise InvalidInputError(field, problem)
    covariance = tuple(
        tuple(sum(a * b for a, b in zip(rows[i], rows[j], strict=False)) for j in range(SIZE))
        for i in range(SIZE)
    )
    state = LearnerState(tuple(means), covariance)
    return state if taught_by == fingerprint else widened(state)


def _cholesky(covariance: tuple[tuple[float, ...], ...]) -> list[float]:
    """Return the rows of the lower factor, one after the other (Cholesky–Banachiewicz)."""
    rows: list[list[float]] = []
    for i in range(SIZE):
        row: list[float] = []
        for j in range(i + 1):
            other = row if i == j else rows[j]
            rest = covariance[i][j] - sum(a * b for a, b in zip(row, other, strict=False))
            if i == j:
                row.append(min(max(sqrt(max(rest, 0.0)), SMALLEST_FACTOR * 2), LARGEST_FACTOR))
            else:
                row.append(min(max(rest / other[j], -LARGEST_FACTOR), LARGEST_FACTOR))
        rows.append(row)
    return [factor for row in rows for factor in row]
