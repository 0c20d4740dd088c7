"""Locust as a library: its users ask, and a tally listens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust.env import Environment

if TYPE_CHECKING:
    from locust import User

    from benchmarks.load.tally import Tally

LAST_ANSWER_SECONDS = 30.0


def drive(
    user: type[User], tally: Tally, *, users: int = 1, host: str | None = None, seconds: float | None = None
) -> None:
    """Run users until each has ended by itself, or for so many seconds; what they raise is raised here.

    Parameters
    ----------
    user : type
        The users' class.
    tally : Tally
        Records every request.
    users : int
        How many, all from the beginning.
    host : str, optional
        Base URL that HTTP users ask.
    seconds : float, optional
        Without it there is no bound; answers that are due at the end are waited for.
    """
    environment = Environment(
        user_classes=[user], host=host, stop_timeout=LAST_ANSWER_SECONDS, catch_exceptions=False
    )
    environment.events.request.add_listener(tally.on_request)  # type: ignore[no-untyped-call]  # locust's
    runner = environment.create_local_runner()
    try:
        runner.start(users, spawn_rate=users)
        assert runner.spawning_greenlet is not None  # noqa: S101 - it starts the users
        runner.spawning_greenlet.join()
        runner.user_greenlets.join(timeout=seconds, raise_error=True)
    finally:
        runner.quit()
