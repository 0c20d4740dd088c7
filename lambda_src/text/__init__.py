"""Sentence embeddings of cards' texts by all-MiniLM-L6-v2, in numpy, and what is computed from them.

Needs the ML layer (numpy, scipy, scikit-learn) and the text layer (the model). Nothing on the path of a
prediction imports it.
"""
