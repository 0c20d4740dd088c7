"""Models of the users' own: fitted scikit-learn estimators in skops files, checked and served.

The only code of the function that needs numpy and scikit-learn, from the ML layer. It is imported when the
lake's pointer names such a model, and by ``model_training publish``: both refuse by the same code.
"""
