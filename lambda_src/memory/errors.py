"""What can go wrong with the memory's store.

Exception
├── ConflictError    somebody else wrote in between: read again, decide again, write again
├── StoreError       DynamoDB takes the request for wrong
└── TooLargeError    more than one transaction can have: write it in parts

None is a `RecallError`: a conflict is never the caller's, and a `StoreError` that reaches the edge is a
mistake here, which is a 500 with its traceback in the log. A store that is out of reach is
`http_kit.errors.MemoryUnavailableError`. No message has an item's content or key: it would reach the log.
"""


class ConflictError(Exception):
    """An item isn't as it was read, or another transaction has it in hand; nothing was written."""


class StoreError(Exception):
    """DynamoDB refuses a request in a way that no repetition mends, such as a missing table or permission."""


class TooLargeError(Exception):
    """The cards that are to be written are more than a transaction can have; nothing was written."""
