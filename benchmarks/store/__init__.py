"""The memory's client of DynamoDB beside botocore's."""
