"""Users' scikit-learn estimators, stored as skops files: checked, loaded and evaluated.

The only code of the predict function that needs numpy and scikit-learn, which the ML layer brings. It is
imported when the lake's pointer names such a model, and by ``model_training publish``: both refuse the same
files.
"""
