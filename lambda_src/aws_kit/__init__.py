"""What talks to AWS on the standard library alone: signatures, credentials, connections with time limits."""
