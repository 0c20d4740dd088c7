"""What is used beside the stacks: `local_cloud` runs the service on this machine, `cost` tells its bill."""
