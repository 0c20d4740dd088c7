"""The AWS edge of the inference function: an API Gateway event in, a response out."""
