"""Who calls what in a deployment, and whether the policies in its templates let them."""
