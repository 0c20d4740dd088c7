"""The intake function: outcomes of reviews in, one durable object in the data lake out."""
