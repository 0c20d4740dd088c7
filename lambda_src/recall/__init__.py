"""The forgetting model as plain data and pure functions: standard library only, no I/O, no AWS.

The training side and the serving side both import this package, so the features, the curve and the
artifact are defined once. The page evaluates the model itself: what changes here changes in `web/src/core`
too, and `tests/web/test_core.py` compares both.
"""
