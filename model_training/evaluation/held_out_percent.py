"""The share of each learner's scored reviews, the newest, that measures a fit on the older ones.

By itself, since a query names it where there is no numpy.
"""

HELD_OUT_PERCENT = 20
