"""What each path does: its request read, the stage's part called, the response made."""
