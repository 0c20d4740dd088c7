"""The report of `simulate-schedule`."""
