"""How much script each page needs, as a browser gets it from CloudFront: compressed."""

import gzip

import pytest
from playwright.sync_api import expect

PAGES = ("explore", "plan", "study", "operate", "service")
LARGEST = 150_000  # bytes of script


@pytest.mark.parametrize("name", PAGES)
def test_page_needs_no_more_script_than_a_slow_connection_brings_in_a_second(browser, site, name):
    context = browser.new_context(service_workers="block")  # it fetches the other pages' scripts, too
    page = context.new_page()
    scripts = []
    page.on("response", lambda found: scripts.append(found) if found.url.endswith(".js") else None)
    page.goto(f"{site}#/{name}")
    expect(page.locator("h1")).to_be_visible()
    page.wait_for_load_state("networkidle")

    assert 0 < sum(len(gzip.compress(script.body())) for script in scripts) <= LARGEST
    context.close()
