"""Every path and method of the operations API, and the endpoint that answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from operations.endpoints import models, runs, watch

if TYPE_CHECKING:
    from http_kit.service import Routes

ROUTES: Routes = {
    runs.PATH: {"GET": runs.list_newest, "POST": runs.start},
    f"{runs.PATH}/{{name}}": {"GET": runs.read},
    f"{runs.PATH}/{{name}}/report": {"GET": runs.report},
    models.PATH: {"GET": models.list_newest},
    models.PROMOTION: {"POST": models.promote},
    models.ROLLBACK_PATH: {"POST": models.rollback},
    f"{models.MOVES_PATH}/{{id}}": {"GET": models.read_move},
    "/v1/operations/reviews": {"GET": watch.reviews},
    "/v1/operations/alarms": {"GET": watch.alarms},
    "/v1/operations/cost": {"GET": watch.cost},
}
