"""The reviews of releases before the table of reviews: their files, into the table and the memory."""
