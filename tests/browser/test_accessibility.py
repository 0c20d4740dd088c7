"""Anybody can use the console: with a keyboard, a screen reader, a phone, in the dark."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PROJECT, connect, degrade, shown
from tests.robustness.gateway import API_KEY

# Slow: axe looks at every page in every state, in two widths.
pytestmark = pytest.mark.slow

AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
NEEDS_AXE = pytest.mark.skipif(not AXE.exists(), reason="axe-core isn't installed: npm ci")
PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True}


def findings(page) -> list[str]:
    """Return axe-core's serious and critical findings, with the element that each is about."""
    page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    result = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    assert result["passes"]
    return [
        f"{rule['id']}: {node['html']} {node['failureSummary']}"
        for rule in result["violations"]
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"]
    ]


def stay_unconnected(page) -> None:
    expect(page.locator(".series")).to_have_count(0)


def show_everything(page) -> None:
    """Compare two cards, and open whatever can be opened."""
    connect(page)
    page.get_by_label("Compare with a second card").check()
    expect(page.locator(".series.B .curve")).to_be_visible()
    for summary in page.locator("summary").all():
        summary.click()


def compare_texts(page) -> None:
    connect(page)
    page.get_by_label("English texts, one a line").fill("to lend\nto lend\nthe river")
    page.get_by_role("button", name="Compare texts").click()
    expect(page.locator("#texts table")).to_have_count(2)


def make_mistakes(page) -> None:
    connect(page)
    page.locator("#A-difficulty").fill("40")
    expect(page.locator("#A-error")).not_to_be_empty()
    page.locator("#A-by-history").check()
    page.locator("#target").fill("")
    expect(page.locator("#target-error")).not_to_be_empty()


def be_degraded(page) -> None:
    degrade(page, "unreachable")
    connect(page)
    expect(page.locator("#degraded")).to_be_visible()


STATES = [stay_unconnected, show_everything, compare_texts, make_mistakes, be_degraded]


@NEEDS_AXE
@pytest.mark.parametrize("state", STATES)
def test_axe_has_no_serious_finding(page, state):
    state(page)

    assert findings(page) == []
    page.emulate_media(color_scheme="dark")
    assert findings(page) == []


@pytest.mark.parametrize("context_options", [PHONE])
@pytest.mark.parametrize("state", STATES)
def test_phone_needs_no_scrolling_sideways(page, context_options, state):
    state(page)

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    beyond = page.evaluate(
        "() => [...document.querySelectorAll('input, button, textarea, svg')]"
        ".filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > 320).map((e) => e.id)"
    )
    assert beyond == []


@pytest.mark.parametrize("context_options", [PHONE])
def test_phone_shows_the_prediction_while_a_control_moves(connected, context_options):
    brief = connected.locator("#brief")
    before = brief.inner_text()
    connected.locator("#A-difficulty").fill("8")

    expect(brief).not_to_have_text(before)
    expect(brief).to_be_in_viewport()


def test_keyboard_alone_connects_moves_an_input_and_compares(page):
    def tab_to(element_id: str) -> None:
        for _ in range(30):
            page.keyboard.press("Tab")
            focused = page.evaluate(
                "() => [document.activeElement.id || document.activeElement.dataset.slider,"
                " getComputedStyle(document.activeElement).outlineStyle]"
            )
            assert focused[1] == "solid", f"the focus can't be seen on {focused[0]}"
            if focused[0] == element_id:
                return
        pytest.fail(f"{element_id} can't be reached with the keyboard")

    tab_to("key")
    page.keyboard.type(API_KEY)
    page.keyboard.press("Enter")
    expect(page.locator(".series.A .curve")).to_be_visible()
    before, figure = shown(page), page.locator(".result.A .figure").inner_text()

    tab_to("difficulty")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#A-difficulty")).to_have_value("2.5")
    expect(page.locator(".result.A .figure")).not_to_have_text(figure)
    assert shown(page) < before

    tab_to("compare")
    page.keyboard.press("Space")
    expect(page.locator(".series.B .curve")).to_be_visible()
    tab_to("target")
    page.keyboard.type("5")
    expect(page.locator(".target-text")).to_have_text("target 5%")


def test_screen_reader_reads_the_prediction_and_every_control_has_a_name(connected):
    result = connected.locator("#result")
    expect(result).to_have_attribute("aria-live", "polite")
    assert "recall now, 3 days after the last review" in result.inner_text()
    assert "Next review: " in result.inner_text()
    expect(connected.get_by_role("img", name="Forgetting curve")).to_be_visible()
    expect(connected.get_by_role("slider", name="Difficulty, 1 (easy) to 10 (hard), slider")).to_have_count(1)
    expect(connected.get_by_role("group", name="Card A")).to_be_visible()
    expect(connected.locator("#A-difficulty")).to_have_accessible_description("")
    connected.locator("#A-difficulty").fill("40")
    expect(connected.get_by_role("alert").filter(has_text="Difficulty")).to_be_visible()
    description = re.compile("Difficulty must be a number from 1 to 10")
    expect(connected.locator("#A-difficulty")).to_have_accessible_description(description)
