"""Explore around midnight, far from Greenwich: today is never refused, and study days are the reader's."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import opened
from tests.browser.explored import base36, call, percent, table


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Tokyo", "America/Los_Angeles"])
def test_reviews_of_this_night_count_and_follow_the_readers_study_days(browser, site, endpoint, zone):
    now = datetime(2026, 11, 30, 0, 20, tzinfo=ZoneInfo(zone))
    with opened(browser, site, {"timezone_id": zone}) as page:
        page.clock.set_fixed_time(now)
        page.reload()
        page.get_by_role("button", name="Start over").click()
        reviews = [now.replace(hour=3) - timedelta(days=3), now.replace(hour=5) - timedelta(days=3), now]
        for i, at in enumerate(reviews):
            page.get_by_role("button", name="Add a review").click()
            page.get_by_label(f"When, review {i + 1}").fill(f"{at:%Y-%m-%dT%H:%M}")
        expect(page.get_by_text("Not counted")).to_have_count(0)

        sent = [{"at": at.isoformat(), "rating": 3} for at in reviews[:2]]
        body = {"reviews": sent, "now": now.isoformat(), "time_zone": zone}
        before = call(endpoint, "/v1/predict", body)["recall_probability"]
        assert table(page)[2] == ["Today, 00:20", "Review: Good", percent(before)]


def test_link_keeps_the_study_days_of_its_zone(browser, site):
    at = base36(int(datetime(2026, 11, 30, 12, tzinfo=UTC).timestamp()))
    with opened(browser, f"{site}#/explore?n={at}&z=Asia%2FTokyo&a=31jk00.3c&t=90", {}) as page:
        expect(page.get_by_text("Study days begin at 04:00 in Asia/Tokyo")).to_be_visible()
