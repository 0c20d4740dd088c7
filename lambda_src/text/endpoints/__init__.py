"""What the text function answers, one module for each path."""
