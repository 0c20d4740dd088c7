"""The steps that make a layer smaller and its start faster; `layer_build.slim` puts them in order."""
