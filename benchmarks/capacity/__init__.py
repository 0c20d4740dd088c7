"""A simulation of how Lambda scales, to plan with: arrivals in, cold starts, latency and cost out."""
