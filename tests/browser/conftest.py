"""A real Chromium in front of the page and of the real handler; nothing in between is made up."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser import chromium
from tests.browser.reports import quality_report
from tests.browser.site import build, serving
from tests.robustness import gateway

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
            if chromium.PATH is None:
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
def built(tmp_path_factory) -> Path:
    """Give the folder of the built page."""
    return build(tmp_path_factory.mktemp("studio"))


@pytest.fixture(scope="session")
def site(built, endpoint) -> Iterator[str]:
    """Give the URL of the page, for a service that collects reviews and remembers learners."""
    with serving(built, endpoint) as url:
        yield url


# Playwright keeps an event loop in this thread: it must be gone before other tests run one of their own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    with sync_playwright() as driver:
        started = chromium.launch(driver)
        yield started
        started.close()


@pytest.fixture
def context_options() -> dict[str, Any]:
    """Give what a test may override by parametrizing it."""
    return {}


@pytest.fixture
def page(browser, site, context_options) -> Iterator[Any]:
    """Open the page; afterwards, no script failed and the policy had nothing to refuse."""
    with opened(browser, site, context_options) as page:
        yield page


@contextmanager
def opened(browser: Any, url: str, options: dict[str, Any]) -> Iterator[Any]:
    """Open a page in a browser context of its own."""
    context = browser.new_context(
        **{
            "viewport": {"width": 1280, "height": 900},
            "locale": "en-GB",
            "timezone_id": "Europe/Berlin",
            "service_workers": "block",  # it would fetch every file again, for each test
        }
        | options
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.add_init_script(WATCH_POLICY)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(url)
    expect(page.locator("h1")).to_be_visible()
    yield page
    violations = page.evaluate("window.violations")
    context.close()
    assert errors == []
    assert violations == []
