"""What the page's security policy refuses, and what a person reads then."""

from playwright.sync_api import expect

from tests.robustness.gateway import API_KEY


def test_key_does_not_leave_for_another_endpoint(browser, site):
    context = browser.new_context()
    page = context.new_page()
    page.goto(site)
    left = []
    page.on("requestfinished", lambda request: left.append(request.url))

    page.get_by_label("Endpoint").fill("http://127.0.0.1:9/elsewhere")
    page.get_by_label("API key").fill(API_KEY)
    page.get_by_role("button", name="Connect").click()

    expect(page.locator("#connection-error")).to_contain_text(
        "The endpoint doesn't respond. Check the address"
    )
    expect(page.get_by_role("status")).to_have_text("Service is unavailable")
    assert not any("elsewhere" in url for url in left)
    context.close()


def test_inline_script_and_style_are_refused(browser, site):
    context = browser.new_context()
    page = context.new_page()
    page.goto(site)

    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = true';"
        " document.body.append(s); document.body.setAttribute('style', 'display: none'); }"
    )

    assert page.evaluate("window.ran") is None
    assert page.evaluate("getComputedStyle(document.body).display") == "block"
    context.close()
