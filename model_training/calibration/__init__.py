"""Calibration live: predictions against their outcomes, day by day and model by model.

`docs/reviews.md` says what is counted, and what the figures mean. It runs without numpy: an engine counts.
"""

from model_training.calibration.run import COLUMNS, Calibration, calibrate, first_day

__all__ = ["COLUMNS", "Calibration", "calibrate", "first_day"]
