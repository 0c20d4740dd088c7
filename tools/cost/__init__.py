"""What a stage costs a month: the one price table, the bill, and the worst case under the throttles."""
