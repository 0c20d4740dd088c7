"""What `verify` runs with a layer's own Python, one module for each layer; the results are JSON on stdout.

``python -m layer_build.probes.<layer> <the layer's folder> <a folder that later runs find again>``
"""
