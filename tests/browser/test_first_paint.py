"""What is there before any request: the curve of the default model."""

from urllib.parse import urlsplit

from playwright.sync_api import expect

FILES = (".html", ".js", ".css", ".woff2", ".svg", ".webmanifest", "/")


def test_curve_is_shown_without_any_request(browser, site):
    context = browser.new_context()
    page = context.new_page()
    refused = []

    def only_files(route):
        if urlsplit(route.request.url).path.endswith(FILES):
            route.continue_()
        else:
            refused.append(route.request.url)
            route.abort()

    page.route("**/*", only_files)
    page.goto(site)
    expect(page.locator(".chart svg .line").first).to_be_visible()

    assert set(refused) <= {f"{site}config.json"}
    context.close()
