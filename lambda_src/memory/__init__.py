"""The memory: learners, their cards and their reviews, kept in DynamoDB between two calls."""
