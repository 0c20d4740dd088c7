"""The canary: proves, on Lambda, that the ML layer is what was locked and predicts what was recorded.

It runs inside every deployment, before the alias moves to the new version, and once a day: AWS updates
Python and system libraries below a layer that stays the same. ``known/`` holds models and their predictions,
a folder for each scikit-learn version that a lock names and one for ONNX, written by ``record_canary.py`` and
``record_onnx_canary.py`` in ``model_training/own_model``.
"""
