"""Commands of this package as jobs: a Lambda function runs them as people do, on the deployed lake."""
