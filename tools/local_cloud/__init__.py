"""The stage `local`: the same stacks, deployed by the same CDK CLI into a cloud on this machine.

``python -m tools.local_cloud up`` and ``down``. Nothing here runs during synthesis.
"""
