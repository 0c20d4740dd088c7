"""How right the predictions were: shown where there is a report, by weeks and models."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from model_training.calibration.figures import pooled
from tests.browser.parts import connect, facts, panel, rows
from tests.browser.reports import NEWER, OLDER, quality_report
from tests.robustness.gateway import ALLOWED_ORIGIN, DOCUMENT
from tests.robustness.gateway import QUALITY as EXAMPLE

pytestmark = pytest.mark.slow

TITLE = "How right the predictions were"
DAYS = quality_report()["days"]


def connect_with(page, status, body):
    """Let the page get another report, and connect."""
    page.route(
        "**/v1/quality",
        lambda route: (
            route.fulfill(status=status, json=body, headers=ALLOWED_ORIGIN)
            if route.request.method == "GET"
            else route.continue_()
        ),
    )
    page.get_by_role("link", name="Service", exact=True).click()
    connect(page)


@pytest.fixture
def quality(page):
    """Give the panel with the report."""
    page.get_by_role("link", name="Service", exact=True).click()
    connect(page)
    expect(panel(page, TITLE).get_by_label("Week", exact=True)).to_be_visible()
    return panel(page, TITLE)


def figures_of(source, version=None):
    """Return the days of a series and its figures of each."""
    found = {}
    for day in DAYS:
        parts = [
            each
            for each in day["predictions"]
            if each["source"] == source and version in (None, each["model_version"])
        ]
        if parts:
            found[day["day"]] = pooled(parts)
    return found


def days_shown(part):
    """Return the rows of the chosen week's days."""
    return rows(part, "The week day by day")


@pytest.mark.parametrize(("example", "words"), [("off", "reviews_retention_days"), ("not_yet", "yet")])
def test_without_a_report_the_panel_says_why(page, example, words):
    missing = DOCUMENT["components"]["responses"]["NothingMeasured"]["content"]["application/json"]
    connect_with(page, 404, missing["examples"][example]["value"])

    expect(panel(page, TITLE)).to_contain_text("Nothing to compare yet")
    expect(panel(page, TITLE)).to_contain_text(words)
    assert next(row for row in rows(page, "Calls") if row[0] == "/v1/quality")[4:] == ["0", "404"]


def test_report_without_outcomes_has_no_diagram(page):
    connect_with(page, 200, EXAMPLE | {"days": [], "week": None})

    expect(panel(page, TITLE)).to_contain_text("Nothing to compare yet")


def test_facts_are_the_live_models_newest_week(page):
    connect_with(page, 200, EXAMPLE)
    expect(panel(page, TITLE)).to_contain_text("newest 7 days, as they were shown.")

    assert facts(panel(page, TITLE)) == {
        "Outcomes": "812",
        "Log loss": "0.438",
        "Calibration error": "0.024",
        "AUC": "0.711",
        "Drift of the inputs": "0.11 (review days): a small shift",
    }


def test_newest_week_comes_first_with_its_own_figures(quality):
    shown = figures_of("shown")
    start = date.fromisoformat(max(shown)) - timedelta(days=6)
    week = pooled([figures for day, figures in shown.items() if day >= str(start)])

    expect(quality).to_contain_text(
        f"{week['reviews']} outcomes, log loss {week['log_loss']:.3f}, "
        f"calibration error {week['calibration_error']:.3f}"
    )
    expect(quality.locator(".bin")).to_have_count(sum(row[2] >= 5 for row in week["reliability"]))
    cells = rows(quality, "Predicted and observed recall")
    assert [int(cell[2]) for cell in cells] == [row[2] for row in week["reliability"]]
    assert [float(cell[1].rstrip("%")) / 100 for cell in cells] == pytest.approx(
        [row[1] for row in week["reliability"]], abs=0.0011
    )
    expect(quality.locator(".loss-day")).to_have_count(len(shown))


def test_slider_goes_back_through_the_weeks_by_keyboard(quality, page):
    slider = quality.get_by_label("Week", exact=True)
    newest = slider.get_attribute("aria-valuetext")
    slider.press("ArrowLeft")
    expect(slider).not_to_have_attribute("aria-valuetext", newest)
    slider.press("Home")

    first = figures_of("shown")[min(figures_of("shown"))]
    assert days_shown(quality)[0][1:4] == [
        str(first["reviews"]), f"{first['log_loss']:.3f}", f"{first['calibration_error']:.3f}",
    ]  # fmt: skip


def test_models_and_sources_are_shown_separately(quality):
    choice = quality.get_by_label("Predictions", exact=True)
    assert choice.locator("option").all_inner_texts() == [
        "As they were shown: all models",
        f"As they were shown: {NEWER}",
        f"As they were shown: {OLDER}",
    ]
    choice.select_option(f"As they were shown: {OLDER}")

    series = figures_of("shown", OLDER)
    expect(quality.locator(".loss-day")).to_have_count(len(series))
    slider, total = quality.get_by_label("Week", exact=True), 0
    for week in range(int(slider.get_attribute("max")) + 1):
        slider.fill(str(week))
        total += sum(int(row[1]) for row in days_shown(quality))
    assert total == sum(figures["reviews"] for figures in series.values())


def test_model_that_predicted_too_much_lies_below_the_line(quality):
    quality.get_by_label("Predictions", exact=True).select_option(f"As they were shown: {OLDER}")
    cells = rows(quality, "Predicted and observed recall")
    predicted, observed, reviews = max(cells, key=lambda cell: int(cell[2]))

    assert float(predicted.rstrip("%")) > float(observed.rstrip("%"))
    sizes = [float(dot.get_attribute("r")) for dot in quality.locator(".bin").all()]
    assert max(sizes) == sizes[[cell[2] for cell in cells if int(cell[2]) >= 5].index(reviews)]


def test_change_of_the_live_model_is_marked(page):
    half = len(DAYS) // 2
    days = [day | ({"model_version": "v2"} if i >= half else {}) for i, day in enumerate(DAYS)]
    connect_with(page, 200, quality_report() | {"days": days})

    expect(panel(page, TITLE).locator(".change")).to_have_count(1)


@pytest.mark.parametrize("context_options", [{"timezone_id": "America/Los_Angeles"}])
def test_single_day_is_a_utc_day_everywhere_and_its_slider_rests(page, context_options):
    connect_with(page, 200, EXAMPLE)
    part = panel(page, TITLE)

    expect(part.get_by_label("Week", exact=True)).to_be_disabled()
    expect(part.locator(".loss-day")).to_have_count(1)
    expect(part).to_contain_text("14 Nov 2026 to 20 Nov 2026: 812 outcomes")
    assert days_shown(part)[0][0] == "20 Nov 2026"


def test_scales_stay_where_they_are_from_week_to_week(quality):
    slider, scales = quality.get_by_label("Week", exact=True), []
    for week in range(int(slider.get_attribute("max")) + 1):
        slider.fill(str(week))
        scales.append(quality.get_by_role("figure").first.locator(".axis text").all_inner_texts())

    assert len(scales) > 5
    assert all(scale == scales[0] for scale in scales)
