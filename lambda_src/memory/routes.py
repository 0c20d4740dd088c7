"""Every path and method of the memory's function, and the endpoint that answers it."""

from __future__ import annotations

from http_kit.service import deferred
from memory.endpoints.study import study

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from http_kit.service import Routes

LEARNER = "/v1/learners/{learner}"
# What the log line has of a response, and its value where nothing was stored.
FACTS = {"accepted": (None, 0), "repeated": (None, 0), "rejected": (None, 0), "model_version": (None, None)}

ROUTES: Routes = {
    LEARNER: {
        "GET": deferred("memory.endpoints.learner", "read_learner"),
        "DELETE": deferred("memory.endpoints.learner", "delete_learner"),
    },
    f"{LEARNER}/reviews": {"POST": study},
    f"{LEARNER}/reviews/{{event_id}}": {"DELETE": deferred("memory.endpoints.learner", "delete_review")},
    f"{LEARNER}/due": {"GET": deferred("memory.endpoints.due", "due")},
    f"{LEARNER}/cards/{{card}}": {
        "GET": deferred("memory.endpoints.card", "read_card"),
        "DELETE": deferred("memory.endpoints.card", "delete_card"),
    },
    f"{LEARNER}/export": {"GET": deferred("memory.endpoints.export", "export")},
    f"{LEARNER}/import": {"POST": deferred("memory.endpoints.imports", "import_reviews")},
    "/v1/reviews": {"POST": deferred("memory.endpoints.reviews", "store_reviews")},
    "/v1/quality": {"GET": deferred("memory.endpoints.quality", "read_quality")},
}
