"""What a stage costs in a month: the one price table, the bill, and the worst case at the throttles."""
