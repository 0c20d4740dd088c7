"""From the memory's table to the table of reviews: what its stream says is committed, exactly once."""
