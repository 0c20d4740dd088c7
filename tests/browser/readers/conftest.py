"""The readers in a page of their own, built and served under the studio's policy."""

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.conftest import WATCH_POLICY
from tests.browser.site import PROJECT, serving

PAGE = "tests/browser/readers/page"


@pytest.fixture(scope="session")
def readers_site(tmp_path_factory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("readers")
    vite = PROJECT / "node_modules" / ".bin" / "vite"
    options = ["--outDir", str(folder), "--emptyOutDir", "--logLevel", "error"]
    subprocess.run([str(vite), "build", PAGE, *options], cwd=PROJECT, check=True)
    with serving(folder, "http://service.invalid/") as url:
        yield url


@pytest.fixture(scope="package")
def page(browser, readers_site) -> Iterator[Any]:
    """Open the page; afterwards nothing failed, the policy was kept, and only its own files were loaded."""
    page = browser.new_page()
    page.add_init_script(WATCH_POLICY)
    errors: list[str] = []
    sent: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    page.goto(readers_site)
    yield page
    violations = page.evaluate("window.violations")
    page.close()
    assert errors == []
    assert violations == []
    assert [each for each in sent if not each.startswith(f"GET {readers_site}")] == []
