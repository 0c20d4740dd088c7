"""Every path and method, and the endpoint that answers it.

Endpoints that a prediction needs nothing of are imported by their first request: together they would add 3 ms
to each cold start.
"""

from __future__ import annotations

from http_kit.service import deferred
from inference.endpoints.predict import predict

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from http_kit.service import Routes

_no_memory = deferred("inference.endpoints.off", "memory")
_no_text = deferred("inference.endpoints.off", "text")

ROUTES: Routes = {
    "/v1/predict": {"POST": predict},
    "/v1/schedule": {"POST": deferred("inference.endpoints.schedule", "schedule")},
    "/v1/curve": {"POST": deferred("inference.endpoints.curve", "curve")},
    "/v1/rank": {"POST": deferred("inference.endpoints.rank", "rank")},
    "/v1/learners/{learner}/reviews": {"POST": _no_memory},
    "/v1/learners/{learner}/due": {"GET": _no_memory},
    "/v1/learners/{learner}/cards/{card}": {"GET": _no_memory, "DELETE": _no_memory},
    "/v1/learners/{learner}/reviews/{event_id}": {"DELETE": _no_memory},
    "/v1/learners/{learner}": {"GET": _no_memory, "DELETE": _no_memory},
    "/v1/learners/{learner}/export": {"GET": _no_memory},
    "/v1/learners/{learner}/import": {"POST": _no_memory},
    "/v1/reviews": {"POST": deferred("inference.endpoints.off", "reviews")},
    "/v1/quality": {"GET": deferred("inference.endpoints.off", "quality")},
    "/v1/embed": {"POST": _no_text},
    "/v1/similar": {"POST": _no_text},
    "/v1/topics": {"POST": _no_text},
    "/v1/model": {"GET": deferred("inference.endpoints.model", "describe_model")},
    "/v1/model/parameters": {"GET": deferred("inference.endpoints.model", "describe_parameters")},
    "/v1/health": {"GET": deferred("inference.endpoints.health", "health")},
    "/v1/openapi.json": {"GET": deferred("inference.endpoints.document", "document")},
    "/v1/docs": {"GET": deferred("inference.endpoints.docs", "docs")},
}
