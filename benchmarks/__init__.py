"""Cold starts and warm calls of the service beside a floor and a reference: ratios of one run."""
