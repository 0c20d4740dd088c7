"""The infrastructure: constructs that own a capability each, and stacks that compose them."""
