"""The TypeScript client in a web page gives what the Python client gives, and survives the same faults."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.clients.callers import call_blocking, outcome_of
from tests.clients.faults import FAULTS, failing
from tests.clients.test_same_results import CALLS
from tests.robustness.gateway import API_KEY, Gateway

PACKAGE = Path(__file__).parents[2] / "clients" / "typescript"
CALL = """
  async ([endpoint, key, method, args, timeoutMs]) => {
    const { Client } = await import("/src/index.js");
    const client = new Client(endpoint, key, { timeoutMs, retries: { firstPauseMs: 10 } });
    try {
      return { result: await client[method](...args) };
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

        def call(endpoint, method, *args, timeout=60):
            return outcome_of(page.evaluate(CALL, [endpoint, API_KEY, method, args, timeout * 1000]))

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
