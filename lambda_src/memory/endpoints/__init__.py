"""The memory's endpoints, a file each for what belongs together."""
