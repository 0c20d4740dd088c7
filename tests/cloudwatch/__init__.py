"""CloudWatch as its documentation has it, for what the local cloud does otherwise or not at all."""
