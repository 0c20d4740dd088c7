"""What the function answers while its model can't be loaded, and how soon it is well again."""
