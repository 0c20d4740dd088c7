"""Calibration live: predictions against their outcomes, day by day and model by model.

`docs/reviews.md` says what is counted, and what the figures mean.
"""

from model_training.calibration.run import Calibration, calibrate

__all__ = ["Calibration", "calibrate"]
