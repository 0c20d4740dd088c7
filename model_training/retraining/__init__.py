"""A training run: what it learns from, what it fits, and whether that goes live.

`STEPS` are its parts, in their order. Each writes what it found into the lake, as JSON values; one whose
output has ``"go": false`` stops the run, and ``why`` gives people the reason.
"""

STEPS = ("prepare", "train", "evaluate", "gate", "refit", "promote")
