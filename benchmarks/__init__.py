"""What the service costs, as ratios measured in one run: cold start and warm calls, floor and reference beside it."""
