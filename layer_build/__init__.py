"""Builds the functions' layers, such as scikit-learn for Lambda: the same bytes on every machine.

It imports nothing else of the project, and builds with the standard library alone: CDK also runs it in a
container of Lambda's build image, into which it mounts only this folder.
"""
