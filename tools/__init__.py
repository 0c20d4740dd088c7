"""Tools beside the stacks: `local_cloud` runs the service on this machine, `cost` computes its bill."""
