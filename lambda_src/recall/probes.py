"""The cards that an owner's own model must predict before it is served."""

from __future__ import annotations

# The features' bounds, and common values between them.
PROBES = [
    (days, count, difficulty)
    for days in (0.0, 0.01, 1.0, 30.0, 36_500.0)
    for count in (1.0, 3.0, 40.0, 10_000.0)
    for difficulty in (1.0, 5.5, 10.0)
]
