"""The TypeScript client in a web page gives what the Python client gives, and survives the same faults."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.clients.callers import call_blocking, outcome_of
from tests.clients.faults import FAULTS, failing
from tests.clients.learners import NOW, remembering_service
from tests.clients.test_same_results import CALLS
from tests.robustness.gateway import API_KEY, Gateway

PACKAGE = Path(__file__).parents[2] / "clients" / "typescript"
CALL = """
  async ([endpoint, key, learner, method, args, timeoutMs]) => {
    const { Client } = await import("/src/index.js");
    const client = new Client(endpoint, key, { timeoutMs, retries: { firstPauseMs: 10 } });
    try {
      const called = (learner ? client.learner(learner) : client)[method](...args);
      if (method !== "export") return { result: await called };
      const result = [];
      for await (const review of called) result.push(review);
      return { result };
    } catch ({ name, status, field, stored }) {
      return { error: name, status, field, stored };
    }
  }
"""
IN_A_PAGE = ["a mixed list", "2,001 cards with outcomes", "quality", "a wrong card"]
# Chromium itself requests again when a kept connection was closed or reset.
COUNTED = set(FAULTS) - {"reset", "closed", "response lost"}
PASSING = [name for name, fault in FAULTS.items() if fault.passing]


class _Files(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".js": "text/javascript"}

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's own name
        """Say nothing."""


@pytest.fixture(scope="module")
def server():
    with failing(Gateway()) as server:
        yield server


@pytest.fixture(scope="module")
def call(browser):
    """Give the call of a method of the client in a page."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, directory=str(PACKAGE))) as files:
        threading.Thread(target=files.serve_forever, daemon=True).start()
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{files.server_port}/README.md")

        def call(endpoint, method, *args, learner=None, timeout=60):
            given = [endpoint, API_KEY, learner, method, args, timeout * 1000]
            return outcome_of(page.evaluate(CALL, given))

        yield call
        context.close()
        files.shutdown()


@pytest.mark.parametrize("name", IN_A_PAGE)
def test_call_in_a_page_gives_the_same(server, call, name):
    method, *args = CALLS[name]
    options = args[1] if len(args) == 2 else {}

    assert call(server.endpoint, method, *args) == call_blocking(
        server.endpoint, method, *args[:1], **options
    )


def test_learner_in_a_page_is_studied_exported_in_pages_and_forgotten(call, tables, monkeypatch):
    listed = [{"event_id": f"e{at}", "card": f"c{at}", "rating": 3} for at in range(9)]
    listed = [one | {"reviewed_at": "2026-11-20T08:15:00Z"} for one in listed]
    monkeypatch.setattr("memory.endpoints.export.FULL", 200)
    with remembering_service(tables, NOW.timestamp) as memory, failing(Gateway(memory=memory)) as server:
        studied = call(server.endpoint, "study", listed, learner="a/b")
        exported = call(server.endpoint, "export", learner="a/b")
        pages = len(server.requests) - 1
        forgotten = call(server.endpoint, "forget", learner="a/b")

    assert studied.result["accepted"] == 9
    assert exported.result == listed
    assert pages > 2
    assert forgotten.result == {"cards": 9}


@pytest.mark.parametrize("fault", PASSING)
def test_fault_that_passes_is_survived_in_a_page(server, call, fault):
    server.faults.clear()
    server.requests.clear()
    server.faults.append(FAULTS[fault])
    outcome = call(server.endpoint, "health")

    assert outcome.result["status"] == "ok"
    assert len(server.requests) == 2 or fault not in COUNTED


@pytest.mark.parametrize(
    "fault", ["foreign JSON", "foreign HTML", "502 HTML", "cut body", "slow body", "silent"]
)
def test_fault_that_stays_is_an_error_of_its_class_in_a_page(server, call, fault):
    server.faults.clear()
    server.faults.extend([FAULTS[fault]] * 4)
    outcome = call(server.endpoint, "health", timeout=0.5 if FAULTS[fault].error == "TimedOutError" else 60)
    server.faults.clear()

    assert (outcome.error, outcome.status) == (FAULTS[fault].error, FAULTS[fault].status)
