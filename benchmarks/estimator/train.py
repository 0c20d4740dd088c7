"""Fit an estimator of the user's own and store it: ``train.py <file>``. Runs on the service's ML layer.

Its answer for the card of the features on stdin (JSON) goes to stdout.
"""

from __future__ import annotations

import json
import sys

import numpy as np
import skops.io
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import SplineTransformer, StandardScaler

CARDS = 5_000

rng = np.random.default_rng(0)
cards = np.column_stack(
    [rng.exponential(20.0, CARDS), rng.integers(1, 30, CARDS), rng.uniform(1.0, 10.0, CARDS)]
)
logit = 3.0 + cards @ [-0.03, 0.05, -0.3]
recalled = rng.random(CARDS) < 1.0 / (1.0 + np.exp(-logit))
model = make_pipeline(StandardScaler(), SplineTransformer(), LogisticRegression(max_iter=1_000))
model.fit(cards, recalled)

skops.io.dump(model, sys.argv[1])
print(json.dumps(float(model.predict_proba([json.load(sys.stdin)])[0, 1])))
