"""A real Chromium in front of the page and of the real handler; nothing in between is made up."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.reports import quality_report
from tests.browser.site import serving
from tests.robustness import gateway

PROJECT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = (
    "--no-sandbox",  # the tests may run as root, in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# What the default model has or will have; here they are known, and narrower.
RANGES = {"days_since_last_review": [0.5, 365.0], "review_count": [1, 50], "difficulty": [1.2, 8.0]}
RELIABILITY = [[0.4 + 0.06 * i, 0.42 + 0.055 * i, 900 + i] for i in range(10)]
WATCH_POLICY = """
  window.violations = [];
  document.addEventListener("securitypolicyviolation", (event) =>
    window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium here: apt-get install chromium"))


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory) -> Iterator[str]:
    """Run the service with the default model, whose training record is filled in, and a report on it."""
    model = json.loads(Path(gateway.ENVIRONMENT["MODEL_FILE"]).read_text())
    model["training"] |= {"ranges": RANGES, "reliability": RELIABILITY}
    file = tmp_path_factory.mktemp("model") / "model.json"
    file.write_text(json.dumps(model))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(gateway.ENVIRONMENT, "MODEL_FILE", str(file))
        with gateway.running(quality_report()) as url:
            yield url


@pytest.fixture(scope="session")
def site(endpoint) -> Iterator[str]:
    with serving(endpoint) as url:
        yield url


# Playwright keeps an event loop in this thread: it must be gone before other tests run one of their own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    with sync_playwright() as driver:
        # Playwright gives it a profile folder of its own, and removes it.
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture
def context_options() -> dict[str, Any]:
    """Give what a test may override by parametrizing it."""
    return {}


@pytest.fixture
def page(browser, site, context_options) -> Iterator[Any]:
    """Open the page; afterwards, no script failed and the policy had nothing to refuse."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | context_options)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.add_init_script(WATCH_POLICY)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(site)
    expect(page.locator("#endpoint")).not_to_have_value("")
    yield page
    violations = page.evaluate("window.violations")
    context.close()
    assert errors == []
    assert violations == []


@pytest.fixture
def connected(page) -> Any:
    """Give the page with its first predictions."""
    connect(page)
    return page


def connect(page: Any, key: str = gateway.API_KEY) -> None:
    """Type a key and connect."""
    page.get_by_label("API key").fill(key)
    page.get_by_role("button", name="Connect").click()
    if key == gateway.API_KEY:
        expect(page.locator(".series.A .curve")).to_be_visible()


def degrade(page: Any, reason: str) -> None:
    """Let the page get the health of a degraded service; what it says is the handler's own."""
    health = gateway.degraded_health(reason)
    headers = gateway.ALLOWED_ORIGIN
    page.route("**/v1/health", lambda route: route.fulfill(json=health, headers=headers))


def post(endpoint: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Send a request to the service itself; return the response's body."""
    headers = {"Content-Type": "application/json", "X-Api-Key": gateway.API_KEY}
    request = Request(endpoint + path, json.dumps(body).encode(), headers)  # noqa: S310 - our own http URL
    with urlopen(request) as response:  # noqa: S310 - the same
        found: dict[str, Any] = json.load(response)
    return found


def shown(page: Any, card: str = "A") -> float:
    """Return the recall probability that the page shows of a card."""
    return float(page.locator(f".result.{card} .figure").inner_text().removesuffix("%")) / 100


def interval(page: Any, card: str = "A") -> float:
    """Return the days until the next review that the page shows of a card."""
    text = page.locator(f".result.{card}").inner_text()
    found = re.search(r"([\d,.]+) days? after the last one", text)
    assert found, text
    return float(found[1].replace(",", ""))
