"""The frame of all pages: navigation, languages, themes, and what is there before any request."""

import pytest
from playwright.sync_api import expect


def test_each_page_has_its_name_and_its_place_in_the_navigation(page):
    for name in ("Plan", "Study", "Operate", "Service", "Explore"):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("link", name=name, exact=True)).to_have_attribute("aria-current", "page")
        expect(page).to_have_title(f"{name} · Recall")
        expect(page.locator("h1")).to_be_visible()


def test_chosen_language_is_kept(page):
    page.get_by_label("Language").select_option("de")
    expect(page.get_by_role("link", name="Erkunden")).to_be_visible()
    page.reload()

    expect(page.locator("html")).to_have_attribute("lang", "de")


@pytest.mark.parametrize("context_options", [{"locale": "de-AT"}])
def test_first_language_is_the_browsers(page):
    expect(page.get_by_role("link", name="Planen")).to_be_visible()


def test_chosen_theme_is_kept(page):
    page.get_by_label("Theme").select_option("dark")
    page.reload()

    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(20, 22, 26)"


@pytest.mark.slow
@pytest.mark.parametrize("context_options", [{"forced_colors": "active"}])
def test_what_is_chosen_is_seen_without_backgrounds(page):
    chosen = (page.locator("[aria-current=page]"), page.locator(".segments input:checked + span").first)

    assert [each.evaluate("(part) => getComputedStyle(part).outlineStyle") for each in chosen] == [
        "solid"
    ] * 2
