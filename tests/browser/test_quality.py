"""The panel on how right the predictions were: shown if there is a report, by weeks and models."""

import json
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from model_training.calibration.figures import pooled
from tests.browser.conftest import connect
from tests.browser.reports import NEWER, OLDER, quality_report
from tests.robustness.gateway import ALLOWED_ORIGIN, DOCUMENT
from tests.robustness.gateway import QUALITY as EXAMPLE

DAYS = quality_report()["days"]


def connect_with(page, status, body):
    """Let the page get another response, and connect."""
    page.route(
        "**/v1/quality",
        lambda route: (
            route.fulfill(status=status, json=body, headers=ALLOWED_ORIGIN)
            if route.request.method == "GET"
            else route.continue_()
        ),
    )
    connect(page)


def figures_of(source, version=None, days=DAYS):
    """Return the days of a series and its figures of each."""
    found = {}
    for day in days:
        parts = [
            each
            for each in day["predictions"]
            if each["source"] == source and version in (None, each["model_version"])
        ]
        if parts:
            found[day["day"]] = pooled(parts)
    return found


def rows(page, summary):
    """Return the cells of the table behind a summary."""
    details = page.locator("#quality details", has=page.get_by_text(summary, exact=True))
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    return [row.split("\t") for row in details.locator("tbody tr").all_inner_texts()]


@pytest.mark.parametrize("example", ["off", "not_yet"])
def test_without_a_report_there_is_no_panel_and_no_error(page, example):
    missing = DOCUMENT["components"]["responses"]["NothingMeasured"]["content"]["application/json"]
    connect_with(page, 404, missing["examples"][example]["value"])

    expect(page.locator("#quality")).to_be_hidden()
    expect(page.locator("#connection-error")).to_have_text("")
    call = page.locator("#calls tbody tr", has_text="/v1/quality").inner_text().split("\t")
    assert call[4:] == ["0", "404"]  # not a failed one


def test_report_without_outcomes_has_no_panel(page):
    connect_with(page, 200, EXAMPLE | {"days": [], "week": None})

    expect(page.locator("#quality")).to_be_hidden()


def test_report_that_cannot_be_read_is_a_failed_call_and_the_rest_works(page):
    unavailable = DOCUMENT["components"]["responses"]["QualityUnavailable"]["content"]["application/json"]
    connect_with(page, 503, unavailable["examples"]["reviews_unavailable"]["value"])

    expect(page.locator("#quality")).to_be_hidden()
    call = page.locator("#calls tbody tr", has_text="/v1/quality").inner_text().split("\t")
    assert call[4:] == ["1", "503"]
    expect(page.locator("#model")).to_contain_text("Version")


def test_facts_are_the_live_models_newest_week(page):
    connect_with(page, 200, EXAMPLE)
    facts = page.locator("#quality dl div").all_inner_texts()

    assert [fact.split("\n") for fact in facts] == [
        ["Outcomes", "812"],
        ["Log loss", "0.438"],
        ["Calibration error", "0.024"],
        ["AUC", "0.711"],
        ["Drift of the inputs", "0.11 (review days): a small shift"],
    ]
    expect(page.locator("#quality")).to_contain_text("newest 7 days, as they were shown.")


def test_newest_week_comes_first_with_its_own_figures(connected):
    shown = figures_of("shown")
    start = date.fromisoformat(max(shown)) - timedelta(days=6)
    week = pooled([figures for day, figures in shown.items() if day >= str(start)])
    panel = connected.locator("#quality")

    expect(panel.locator("#quality-period")).to_contain_text(f"{week['reviews']} outcomes")
    expect(panel.locator("#quality-period")).to_contain_text(
        f"log loss {week['log_loss']:.3f}, calibration error {week['calibration_error']:.3f}"
    )
    assert panel.locator(".bin").count() == sum(row[2] >= 5 for row in week["reliability"])
    cells = rows(connected, "The diagram as a table")
    assert [int(cell[2]) for cell in cells] == [row[2] for row in week["reliability"]]
    assert [float(cell[1].rstrip("%")) / 100 for cell in cells] == pytest.approx(
        [row[1] for row in week["reliability"]], abs=0.0006
    )
    assert panel.locator(".loss-day").count() == len(shown)


def test_slider_goes_back_through_the_weeks_by_keyboard(connected):
    slider, period = connected.locator("#quality-week"), connected.locator("#quality-period")
    newest = period.inner_text()
    rows(connected, "The week's days as a table")
    slider.focus()
    connected.keyboard.press("ArrowLeft")

    expect(period).not_to_have_text(newest)
    expect(slider).to_have_attribute("aria-valuetext", period.inner_text().split(":")[0])
    connected.keyboard.press("Home")
    expect(period).to_contain_text("2020")
    shown, days = figures_of("shown"), rows(connected, "The week's days as a table")  # still open
    first = shown[min(shown)]
    assert days[0][1:4] == [
        str(first["reviews"]), f"{first['log_loss']:.3f}", f"{first['calibration_error']:.3f}",
    ]  # fmt: skip


def test_models_and_sources_are_shown_separately(connected):
    choice = connected.get_by_label("Predictions", exact=True)
    names = choice.locator("option").all_inner_texts()
    assert names == [
        "As they were shown: all models",
        f"As they were shown: {NEWER}",
        f"As they were shown: {OLDER}",
    ]
    for name, series in ((names[0], figures_of("shown")), (names[2], figures_of("shown", OLDER))):
        choice.select_option(name)
        expect(connected.locator("#quality .loss-day")).to_have_count(len(series))
        total = sum(
            int(row[1])
            for week in range(int(connected.locator("#quality-week").get_attribute("max")) + 1)
            for row in _week(connected, week)
        )
        assert total == sum(figures["reviews"] for figures in series.values())


def _week(page, number):
    page.locator("#quality-week").fill(str(number))
    return rows(page, "The week's days as a table")


def test_model_that_predicted_too_much_lies_below_the_line(connected):
    connected.get_by_label("Predictions", exact=True).select_option(f"As they were shown: {OLDER}")
    cells = rows(connected, "The diagram as a table")
    predicted, observed, reviews = max(cells, key=lambda cell: int(cell[2]))

    assert float(predicted.rstrip("%")) > float(observed.rstrip("%"))
    dots = connected.locator("#quality .bin")
    sizes = [float(dot.get_attribute("r")) for dot in dots.all()]
    assert max(sizes) == sizes[[cell[2] for cell in cells if int(cell[2]) >= 5].index(reviews)]


def test_change_of_the_live_model_is_marked(page):
    days = json.loads(json.dumps(DAYS))
    for day in days[len(days) // 2 :]:
        day["model_version"] = "v2"
    connect_with(page, 200, quality_report() | {"days": days})

    expect(page.locator("#quality .change")).to_have_count(1)


def test_single_day_is_drawn_and_its_slider_rests(page):
    connect_with(page, 200, EXAMPLE)

    expect(page.locator("#quality-week")).to_be_disabled()
    expect(page.locator("#quality .loss-day")).to_have_count(1)
    expect(page.locator("#quality-period")).to_contain_text("14 Nov 2026 to 20 Nov 2026: 812 outcomes")


@pytest.mark.parametrize("context_options", [{"timezone_id": "America/Los_Angeles"}])
def test_days_are_utc_days_everywhere(page, context_options):
    connect_with(page, 200, EXAMPLE)

    assert rows(page, "The week's days as a table")[0][0] == "20 Nov 2026"


def test_scales_stay_where_they_are_from_week_to_week(connected):
    slider, scales = connected.locator("#quality-week"), []
    for week in range(int(slider.get_attribute("max")) + 1):
        slider.fill(str(week))
        scales.append(connected.locator('#quality [data-id="reliability"] .tick').all_inner_texts())

    assert len(scales) > 5
    assert all(scale == scales[0] for scale in scales)
