"""The Plan page: files through the real readers, what they say, and the year that is simulated from them."""

import csv
import io
import random
import re
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.axe import findings
from tests.browser.conftest import opened as opened_page
from tests.browser.parts import connect, facts, panel, rows
from tests.browser.site import serving
from tests.functional.memories import Memory
from tests.robustness import gateway
from tests.training.collections import Answer, write_collection

pytestmark = pytest.mark.slow

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
FIRST = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
SECONDS = 30_000  # milliseconds: a year takes a second or two, on a machine that isn't busy


def review_log(learners=("ada",), cards=40, passes=6):
    """Make a log: the cards of each learner at growing intervals, now and then forgotten."""
    draw = random.Random(7)  # noqa: S311 - test data are no secrets
    table = [["learner", "card", "reviewed_at", "rating", "duration_ms"]]
    for learner in learners:
        for card in range(cards):
            at = FIRST + timedelta(days=card % 10, seconds=card)
            for number in range(passes):
                rating = draw.choices((1, 2, 3, 4), (12, 8, 70, 10))[0]
                table.append([learner, f"card-{card}", at.isoformat(), rating, 9_000])
                at += timedelta(days=1 if rating == 1 else 2**number)
    text = io.StringIO()
    csv.writer(text).writerows(table)
    return text.getvalue().encode()


def choose(page, name, content):
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": content})


def shown(page, title):
    """Return a part of the page when it is there."""
    expect(panel(page, title)).to_be_visible(timeout=SECONDS)
    return panel(page, title)


@pytest.fixture
def plan(page):
    page.get_by_role("link", name="Plan", exact=True).click()
    expect(page.get_by_role("button", name="Choose a file")).to_be_visible()
    return page


@pytest.fixture
def opened(plan):
    """Give the page with a log of 240 reviews."""
    choose(plan, "reviews.csv", review_log())
    expect(panel(plan, "The next year")).to_be_visible()
    return plan


def simulate(page, new_cards=0):
    page.get_by_label("New cards a day").last.fill(str(new_cards))
    page.get_by_role("button", name="Simulate the year").click()
    expect(page.get_by_role("button", name="Simulate again")).to_be_visible(timeout=SECONDS)
    return panel(page, "The next year")


def test_csv_is_read_in_the_page_and_nothing_is_sent(plan):
    sent = []
    plan.on("request", lambda request: sent.append((request.method, request.url)))
    choose(plan, "reviews.csv", review_log())
    contents = shown(plan, "What is in it")
    figures = facts(contents)
    assert (figures["Reviews"], figures["Cards"]) == ("240", "40")
    assert figures["From – to"].startswith("1 Mar 2026 – ")
    assert sum(int(row[1]) for row in rows(contents, "Answers")) == 240
    expect(contents).to_contain_text("Nothing was left out.")
    simulate(plan)
    origin = plan.evaluate("location.origin")
    assert {method for method, _ in sent} <= {"GET"}
    assert all(re.match(rf"{origin}/assets/|blob:{origin}", url) for _, url in sent), sent


def test_retention_own_curve_and_comparison_are_shown(opened):
    groups = rows(panel(opened, "What you remembered"), "Share recalled")
    assert groups[0][0] == "under 2 days"
    assert sum(int(row[1]) for row in groups) == 200
    for _, _, recalled, between, _ in groups:
        low, high = (float(each.strip(" %")) for each in between.split("–"))
        assert low <= float(recalled.strip(" %")) <= high
    curve = panel(opened, "Your forgetting curve")
    expect(curve).to_contain_text("recall falls to 90% after")
    before = curve.locator("p").last.inner_text()
    curve.get_by_role("radio", name="5 times").check()
    expect(curve.locator("p").last).not_to_have_text(before)
    losses = rows(panel(opened, "How well you are predicted"), "Log loss")
    assert losses[0][0] == "Recall, with what it had learned of you"
    assert all(0.2 < float(row[1]) < 0.8 for row in losses)


def test_anki_collection_is_read_with_what_was_left_out(plan, tmp_path):
    file = tmp_path / "collection.anki2"
    answers = [
        *(Answer(FIRST + timedelta(days=day, minutes=card), card) for card in range(2) for day in (0, 2, 7)),
        Answer(FIRST + timedelta(days=9), 0, ease=0, kind=4),
    ]
    write_collection(file, answers)
    choose(plan, "collection.anki2", file.read_bytes())
    contents = shown(plan, "What is in it")
    assert facts(contents)["Reviews"] == "6"
    assert sum(int(row[1]) for row in rows(contents, "Left out")) == 1
    expect(plan.get_by_text("Too few reviews for this")).to_be_visible()
    expect(plan.get_by_text("There are 4 such reviews here; from 50 on")).to_be_visible()
    expect(panel(plan, "What you remembered")).to_have_count(0)


def test_year_names_the_best_target_and_higher_targets_cost_more(opened):
    year = simulate(opened)
    expect(year).to_contain_text("most knowledge per minute")
    expect(year).to_contain_text("Going from 80% to 90% costs")
    targets = rows(year, "Minutes a day at each target")
    assert [row[0] for row in targets] == [f"{percent}%" for percent in range(80, 96)]
    middles = [float(row[1].split(" ")[0]) for row in targets]
    assert middles[0] < middles[10] < middles[15]
    assert len({row[3] for row in targets}) == 1  # SM-2 takes no target
    year.get_by_role("radio", name="Cards known").check()
    known = [float(row[1].split(" ")[0].replace(",", "")) for row in rows(year, "Cards known at each target")]
    assert 0 < known[0] < known[15] < 40
    assert len(rows(year, "Reviews a day over the year")) == 13


def test_limit_of_minutes_is_kept_and_figures_of_other_wishes_go(opened):
    year = simulate(opened)
    year.get_by_label("Minutes a day at most").last.fill("2")
    expect(year.get_by_role("table")).to_have_count(0)
    minutes = rows(simulate(opened, new_cards=3), "At a target of 90%")[0][2]
    assert minutes == "2 (2 – 2)"


def test_wrong_wish_is_said_beside_its_field(opened):
    year = panel(opened, "The next year")
    year.get_by_label("New cards a day").last.fill("-1")
    expect(year.get_by_role("alert")).to_have_text("Enter a number from 0 to 500.")
    expect(year.get_by_role("button", name="Simulate the year")).to_be_disabled()


def test_simulation_can_be_stopped(opened):
    opened.get_by_role("button", name="Simulate the year").click()
    opened.get_by_role("button", name="Cancel").click()
    expect(opened.get_by_role("button", name="Simulate the year")).to_be_enabled()
    expect(opened.get_by_role("progressbar")).to_have_count(0)


def test_learner_of_a_log_with_several_is_chosen(plan):
    choose(
        plan, "two.csv", review_log(("ada", "bob"), cards=15) + b"bob,card-99,2026-03-01T18:00:00Z,3,9000\n"
    )
    whose = plan.get_by_label("Whose reviews")
    expect(whose.locator("option")).to_have_text(["bob (91 reviews)", "ada (90 reviews)"])
    expect(panel(plan, "What is in it")).to_contain_text("91")
    whose.select_option(label="ada (90 reviews)")
    expect(panel(plan, "What is in it")).not_to_contain_text("91")
    assert facts(panel(plan, "What is in it"))["Reviews"] == "90"


def test_unreadable_file_is_said_in_words_and_another_can_be_opened(plan):
    choose(plan, "reviews.csv", b"front,back\nto lend,leihen\n")
    expect(plan.get_by_role("alert")).to_contain_text("There is no column for")
    choose(plan, "reviews.csv", review_log(cards=3))
    expect(panel(plan, "What is in it")).to_be_visible()
    expect(plan.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("context_options", [PHONE])
def test_sample_on_a_phone_by_keyboard_alone(plan, context_options):
    plan.get_by_role("button", name="Try it with a sample").press("Enter")
    expect(plan.get_by_text("These reviews are simulated in this page")).to_be_visible()
    expect(panel(plan, "The next year")).to_be_visible(timeout=SECONDS)
    plan.get_by_label("New cards a day").last.fill("0")
    plan.get_by_label("New cards a day").last.press("Enter")
    cursor = plan.get_by_role("slider", name="Choose a target")
    expect(cursor).to_be_visible(timeout=SECONDS)
    cursor.focus()
    cursor.press("End")
    expect(cursor).to_have_attribute("aria-valuetext", re.compile(r"At a target of 95%, Recall: \d"))
    target = plan.get_by_label("Target (%)").first
    target.focus()
    target.press("ArrowRight")
    expect(plan.get_by_role("heading", name="At a target of 91%")).to_be_visible()
    assert plan.evaluate("document.documentElement.scrollWidth") == 390


def test_page_is_accessible_empty_and_with_everything_shown(plan):
    assert findings(plan) == []
    choose(plan, "reviews.csv", review_log())
    simulate(plan)
    assert findings(plan) == []


@pytest.mark.parametrize(
    ("context_options", "period"),
    [
        ({"timezone_id": "Asia/Tokyo"}, "2 Mar 2026"),
        ({"timezone_id": "America/Los_Angeles"}, "1 Mar 2026"),
        ({"timezone_id": "Asia/Tokyo", "locale": "de-DE"}, "02.03.2026"),
    ],
)
def test_days_are_those_of_the_reader_s_zone(page, context_options, period):
    page.goto(page.url.split("#")[0] + "#/plan")
    choose(page, "reviews.csv", b"learner,card,reviewed_at,rating\nada,a,2026-03-01T20:00:00Z,3\n")
    expect(page.locator(".facts")).to_contain_text(period)


@pytest.mark.slow
@pytest.mark.parametrize("context_options", [{"timezone_id": "America/Los_Angeles"}])
def test_study_days_are_those_of_the_device_until_another_zone_is_chosen(plan, context_options):
    # Ten evenings from 19:40 to 20:20 in winter: in UTC, 4 a.m. is at half of the sitting.
    at = [datetime(2026, 1, 1 + day, 3, 40 + 4 * part, tzinfo=UTC) for day in range(10) for part in range(5)]
    late = [each + timedelta(minutes=20) for each in at]
    rows = "".join(f"{number % 5},{each.isoformat()},3\n" for number, each in enumerate([*at, *late]))
    choose(plan, "reviews.csv", b"card,reviewed_at,rating\n" + rows.encode())
    assert facts(shown(plan, "What is in it"))["Study days"].startswith("10 ")
    plan.get_by_label("Study days by the clock of").select_option("UTC")
    expect(panel(plan, "What is in it")).to_contain_text("11 (")
    expect(plan.get_by_label("Study days by the clock of")).to_have_value("UTC")


def test_reviews_are_sent_to_the_service_where_the_reader_wants_that(browser, built, tables):
    with (
        closing(Memory(tables.create(), tables.url, clock=time.time)) as memory,
        gateway.running(memory=memory.service) as endpoint,
        serving(built, endpoint) as url,
        opened_page(browser, url, {}) as page,
    ):
        page.get_by_role("link", name="Service", exact=True).click()
        connect(page)
        page.get_by_role("link", name="Plan", exact=True).click()
        choose(page, "reviews.csv", review_log(cards=10))
        sending = shown(page, "Send to the service")
        expect(sending).to_contain_text("its card as the column “card” names it (such as “card-0”)")
        sending.get_by_label("Learner id").fill("..")
        sending.get_by_role("button", name="Send the reviews").click()
        expect(sending.get_by_role("alert")).to_contain_text("Enter 1 to 128 characters")
        sending.get_by_label("Learner id").fill("Jörg 2")
        for accepted, repeated in ((60, 0), (0, 60)):
            sending.get_by_role("button", name="Send the reviews").click()
            words = f"Stored: {accepted} reviews. Already there: {repeated}."
            expect(sending).to_contain_text(words, timeout=SECONDS)
        kept = sorted((each["card"], each["rating"]) for each in memory.export("Jörg 2"))
        page.get_by_role("button", name="Open another file").click()
        choose(page, "two.csv", review_log(cards=9))
        expect(shown(page, "Send to the service")).not_to_contain_text("Stored")
    rows = csv.DictReader(io.StringIO(review_log(cards=10).decode()))
    assert kept == sorted((each["card"], int(each["rating"])) for each in rows)
