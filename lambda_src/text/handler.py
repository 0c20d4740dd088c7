"""The Lambda function's entry: the text service, with the model of its layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from http_kit.service import Service, lambda_handler
from text.encoder import Encoder
from text.routes import FACTS, ROUTES

if TYPE_CHECKING:
    from collections.abc import Mapping


def make_service(_environment: Mapping[str, str]) -> Service:
    """Return one execution environment's service, which keeps the weights between calls."""
    return Service(ROUTES, Encoder(), facts=FACTS)


handler = lambda_handler(make_service)
