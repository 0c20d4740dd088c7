"""Features and sufficient statistics as one Ibis expression, for DuckDB here and Spark or Athena at scale.

The three-input likelihood needs a review's cell, outcome and weight, and nothing else of it. So any number of
reviews becomes some ten thousand rows of whole numbers, and the fit stays on one machine.
"""
