"""The learning loop: reviews come back, and jobs make something of them. Made where reviews are collected."""
