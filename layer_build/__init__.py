"""Builds the ML layer: scikit-learn and what it needs on Lambda, the same bytes on every machine.

Imports nothing of the project. `build.py` also runs as a plain file: CDK calls it by its path, or mounts this
folder into a container.
"""
