"""Old reviews into the memory of a deployed service, over its HTTP API."""
