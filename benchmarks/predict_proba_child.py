"""The median CPU ms of scikit-learn's ``predict_proba``: ``predict_proba_child.py <rows> <calls>``."""

from __future__ import annotations

import statistics
import sys
import time

import numpy as np
from sklearn.linear_model import LogisticRegression

source = np.random.default_rng(1)
X = source.uniform((0, 1, 1), (100, 30, 10), (int(sys.argv[1]), 3))
train = source.uniform((0, 1, 1), (100, 30, 10), (1000, 3))
estimator = LogisticRegression().fit(train, train[:, 0] < source.uniform(0, 100, 1000))
spent = []
for _ in range(5 + int(sys.argv[2])):
    started = time.process_time_ns()
    estimator.predict_proba(X)
    spent.append(time.process_time_ns() - started)
print(statistics.median(spent[5:]) / 1e6)
