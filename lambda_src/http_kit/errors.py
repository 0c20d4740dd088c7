"""What can go wrong at the HTTP edge, and the one table from exception to status.

RecallError
├── InvalidInputError                    400 invalid_input
│   ├── MalformedBodyError               400 malformed_body
│   ├── ForbiddenError                   403 forbidden
│   ├── UnknownPathError                 404 not_found
│   ├── RecordNotFoundError              404 not_found
│   ├── MethodNotAllowedError            405 method_not_allowed
│   ├── BodyTooLargeError                413 body_too_large
│   └── UnsupportedMediaTypeError        415 unsupported_media_type
├── RefusedError                         409 refused
├── MoveFailedError                      500 move_failed
└── UnavailableError
    ├── ModelUnavailableError            503 model_unavailable
    ├── ReviewsUnavailableError          503 reviews_unavailable
    ├── MemoryUnavailableError           503 memory_unavailable
    └── OperationsUnavailableError       503 operations_unavailable
"""

from recall.errors import InvalidInputError, RecallError


class MalformedBodyError(InvalidInputError):
    """The body isn't JSON."""


class ForbiddenError(InvalidInputError):
    """The caller's API key may not do this."""


class UnknownPathError(InvalidInputError):
    """No route has this path."""


class RecordNotFoundError(InvalidInputError):
    """There is no such learner, card or review in the memory, or no such part of the model."""


class MethodNotAllowedError(InvalidInputError):
    """The path exists, but only with the `allowed` methods."""

    def __init__(self, path: str, allowed: tuple[str, ...]) -> None:
        super().__init__("method", f"must be {' or '.join(allowed)} for {path}")
        self.allowed = allowed


class BodyTooLargeError(InvalidInputError):
    """The body is larger than a full batch can be."""


class UnsupportedMediaTypeError(InvalidInputError):
    """The body isn't declared as JSON."""


class RefusedError(RecallError):
    """What was asked for isn't done, by the rules that the owner set: the message says which."""


class MoveFailedError(RecallError):
    """A promotion or a rollback was begun, and couldn't be done: the message says why."""


class UnavailableError(RecallError):
    """Something can't be done now.

    Parameters
    ----------
    message : str
        For the caller: nothing of the storage behind it.
    retry_after : int
        Seconds after which another try is worth it.
    event : str, optional
        The message of the log line that has the traceback, such as ``quality_not_read``; without it the
        cause is logged elsewhere.
    """

    def __init__(self, message: str, retry_after: int, event: str | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.event = event


class ModelUnavailableError(UnavailableError):
    """No model can be served now."""


class ReviewsUnavailableError(UnavailableError):
    """The report on reviews can't be read now."""


class MemoryUnavailableError(UnavailableError):
    """Learners can't be read or written now."""


class OperationsUnavailableError(UnavailableError):
    """A stage can't be watched or operated now."""


# Exact types: a subclass without a row of its own is a mistake that the tests find.
STATUS_AND_CODE: dict[type[RecallError], tuple[int, str]] = {
    InvalidInputError: (400, "invalid_input"),
    MalformedBodyError: (400, "malformed_body"),
    ForbiddenError: (403, "forbidden"),
    UnknownPathError: (404, "not_found"),
    RecordNotFoundError: (404, "not_found"),
    MethodNotAllowedError: (405, "method_not_allowed"),
    BodyTooLargeError: (413, "body_too_large"),
    UnsupportedMediaTypeError: (415, "unsupported_media_type"),
    RefusedError: (409, "refused"),
    MoveFailedError: (500, "move_failed"),
    ModelUnavailableError: (503, "model_unavailable"),
    ReviewsUnavailableError: (503, "reviews_unavailable"),
    MemoryUnavailableError: (503, "memory_unavailable"),
    OperationsUnavailableError: (503, "operations_unavailable"),
}
