"""Fit the reference's model and pickle it: ``train.py <file>``. Runs on the reference's own layer.

The coefficients go to stdout as JSON, so that the answers can be checked without scikit-learn.
"""

from __future__ import annotations

import json
import pickle
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

CARDS = 5_000

rng = np.random.default_rng(0)
cards = pd.DataFrame(
    {
        "days_since_last_review": rng.exponential(20.0, CARDS),
        "review_count": rng.integers(1, 30, CARDS),
        "difficulty": rng.uniform(1.0, 10.0, CARDS),
    }
)
logit = (
    3.0 - 0.03 * cards["days_since_last_review"] + 0.05 * cards["review_count"] - 0.3 * cards["difficulty"]
)
recalled = rng.random(CARDS) < 1.0 / (1.0 + np.exp(-logit))
model = LogisticRegression(max_iter=1_000).fit(cards, recalled)

Path(sys.argv[1]).write_bytes(pickle.dumps(model))
print(json.dumps([float(model.intercept_[0]), *map(float, model.coef_[0])]))
