"""The table of reviews: what a row is, how the serving core makes it, and how it gets into Iceberg."""
