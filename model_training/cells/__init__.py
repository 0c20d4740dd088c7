"""Any number of reviews as some ten thousand cells, and the three-input curve fitted to these.

The curve's likelihood needs a review's cell, outcome and weight, and nothing else of it: so the fit stays on
one machine, whatever made the cells.
"""
