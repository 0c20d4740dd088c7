"""Explore without a service: what the page computes and shows, by pointer and by keyboard."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from fsrs import Card, Rating, Scheduler
from playwright.sync_api import expect

from tests.browser.axe import findings
from tests.browser.explored import NOW, REVIEWS, call, history, line_points, link, percent, table, teeth

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def open_link(page, address):
    page.evaluate("address => { location.hash = address }", address)
    expect(page.locator(".headline, .empty").first).to_be_visible()


def test_values_are_those_of_the_service(page, endpoint):
    open_link(page, link(t="90,75"))
    recalled = call(endpoint, "/v1/predict", history())["recall_probability"]
    intervals = call(endpoint, "/v1/schedule", history() | {"target_recall": [0.9, 0.75]})["intervals"]
    each = call(endpoint, "/v1/schedule", history() | {"for_each_rating": True})

    expect(page.locator(".headline strong")).to_have_text(percent(recalled, 0))
    *_, now, first, second = table(page)
    assert now == ["Today, 13:00", "Now", percent(recalled)]
    for row, interval in zip((first, second), intervals, strict=True):
        due = datetime.fromisoformat(interval["due_at"]).astimezone(ZoneInfo("Europe/Berlin"))
        assert row[0] == f"{due.day} {due:%b %Y, %H:%M}"
        assert row[2] == percent(interval["target_recall"])
    shown = [re.match(r"[\d.]+", text)[0] for text in page.locator(".rating-interval").all_text_contents()]
    days = [each[name]["interval_days"] for name in ("again", "hard", "good", "easy")]
    assert [float(text) for text in shown[1:]] == [round(value) for value in days[1:]]
    assert float(shown[0]) == round(24 * days[0])


def test_answer_starts_a_new_curve_and_is_taken_back(page):
    open_link(page, link())
    before = page.locator(".headline").text_content()
    page.get_by_role("button", name=re.compile("Good")).press("Enter")
    expect(page.locator(".headline strong")).to_have_text("98%")
    assert len(table(page)) == len(REVIEWS) + 3

    page.get_by_role("button", name="Undo").press("Enter")
    assert page.locator(".headline").text_content() == before


def test_time_passes_until_the_due_date(page):
    open_link(page, link(t="85"))
    page.get_by_role("button", name="+1 week").click()
    page.get_by_role("button", name="Skip to the due date").click()

    expect(page.locator(".headline strong")).to_have_text("85%")
    expect(page.locator(".headline")).to_contain_text("Due now")


def test_new_card_begins_with_its_first_answer(page):
    page.get_by_role("button", name="Start over").click()
    expect(page.locator(".empty")).to_contain_text("A new card")
    page.get_by_role("button", name=re.compile("Easy")).click()

    expect(page.locator(".headline strong")).to_have_text("98%")
    assert page.locator(".chart .point.easy").count() == 1


def test_target_is_dragged(page):
    open_link(page, link())
    target = page.get_by_role("slider", name="Target", exact=True).and_(page.locator(".drag-mark"))
    handle = page.locator(".handle").bounding_box()
    page.mouse.move(handle["x"] + 20, handle["y"] + 13)
    page.mouse.down()
    page.mouse.move(handle["x"] + 10, handle["y"] + 60, steps=4)
    page.mouse.up()

    value = float(target.get_attribute("aria-valuenow"))
    assert 0.5 <= value < 0.9
    assert table(page)[-1][1] == f"Due, for {percent(value, 0)}"
    expect(page.get_by_role("spinbutton", name="Target (%)")).to_have_value(f"{100 * value:.0f}")


@pytest.mark.parametrize(
    ("keys", "value"), [("ArrowDown", "89%"), ("PageDown", "80%"), ("Home", "50%"), ("End", "99%")]
)
def test_target_moves_by_keys(page, keys, value):
    open_link(page, link())
    target = page.locator(".drag-mark")
    target.press(keys)

    expect(target).to_have_attribute("aria-valuetext", value)


def test_unreachable_target_is_said_in_words(page, endpoint):
    open_link(page, link(t="99"))

    highest = call(endpoint, "/v1/schedule", history() | {"target_recall": 0.99})["highest_recall"]
    words = f"Can't reach 99%: {percent(highest, 0)} at most, after the shortest interval of 1 day"
    expect(page.locator(".headline")).to_contain_text(words)


def test_values_are_read_off_the_curve_by_keys(page, endpoint):
    open_link(page, link(f="1"))
    cursor = page.get_by_role("slider", name="Read recall off the curve")
    cursor.press("Home")  # the first review
    for _ in range(6):  # of 12 hours each here: the third day, on which the second review follows the first
        cursor.press("ArrowRight")
    moment, recalled, fsrs = cursor.get_attribute("aria-valuetext").rsplit(", ", 2)
    days = float(cursor.get_attribute("aria-valuenow")) / 86_400_000 - (NOW.timestamp() / 86_400 - 40)
    assert days == pytest.approx(3, abs=1e-6)
    assert moment == "24 Oct 2026, 14:00"
    assert recalled.endswith(" recalled")
    assert fsrs == "FSRS-6: 100%"  # at its second review, just then


def test_line_of_fsrs_is_that_of_its_authors(page):
    open_link(page, link(f="1"))
    scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    card, expected = Card(), []
    for days, rating in REVIEWS:
        at = NOW - timedelta(days=days)
        if card.last_review:
            expected.append(scheduler.get_card_retrievability(card, at))
        card, _ = scheduler.review_card(card, Rating(rating), at)

    assert teeth(line_points(page, "c")) == pytest.approx(expected, abs=1e-6)


def test_two_cards_are_answered_apart(page):
    open_link(page, link())
    page.get_by_label("Compare two cards").check()
    second = page.get_by_role("region", name="Card 2", exact=True)
    first = page.get_by_role("region", name="Card 1", exact=True)
    before = first.locator(".headline").text_content()
    second.get_by_role("button", name=re.compile("Again")).click()

    expect(second.locator(".headline strong")).to_have_text("98%")
    assert first.locator(".headline").text_content() == before


def test_learner_who_forgets_more_slowly_waits_longer(page, endpoint):
    open_link(page, link())
    due = table(page)[-1][0]
    page.get_by_label("Forgets faster or more slowly").press("End")
    expect(page.get_by_text("Their cards last 4.48 times as long as usual")).to_be_visible()

    assert table(page)[-1][0] != due
    assert "l=150%2C0" in page.url


def test_three_numbers(page, endpoint):
    page.get_by_label("Three numbers").check()
    page.get_by_label("Difficulty, 1 (easy) to 10 (hard)").last.fill("8")
    card = {"days_since_last_review": 3, "review_count": 4, "difficulty": 8}
    recalled = call(endpoint, "/v1/predict", card)["recall_probability"]
    expect(page.locator(".headline strong")).to_have_text(percent(recalled, 0))

    page.get_by_label("Difficulty, 1 (easy) to 10 (hard)").last.fill("11")
    expect(page.get_by_role("alert")).to_have_text("Type a number from 1 to 10.")
    expect(page.locator(".headline")).to_have_count(0)
    expect(page.locator(".empty")).to_contain_text("One of the three numbers is wrong")


@pytest.mark.slow
def test_decimals_are_typed_one_key_after_the_other(page):
    page.get_by_label("Seconds, review 1").click()
    page.keyboard.type("0.05")
    expect(page.get_by_label("Seconds, review 1")).to_have_value("0.05")

    page.get_by_label("Three numbers").check()
    for name, text in (
        ("Difficulty, 1 (easy) to 10 (hard)", "2.05"),
        ("Days since the last review", "10.05"),
    ):
        field = page.get_by_role("spinbutton", name=name)
        field.fill("")
        page.keyboard.type(text)
        expect(field).to_have_value(text)
    page.wait_for_url("**i=10.05%2C4%2C2.05**")


def test_wrong_review_is_said_beside_its_row_and_not_counted(page):
    open_link(page, link())
    rows = len(table(page))
    page.get_by_label("When, review 6").fill("2031-01-01T10:00")

    expect(page.locator(".reviews li").nth(5)).to_contain_text(
        "Not counted: this is later than the page's time."
    )
    assert len(table(page)) == rows - 1


def test_link_brings_everything_back(page, site):
    open_link(page, link(t="90,80", f="1", l="-50,40"))
    page.get_by_label("Compare two cards").check()
    page.locator(".rating.hard").nth(1).click()
    page.get_by_label("Seconds, review 2").first.fill("4.5")
    shown = page.locator(".headline").all_text_contents()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    address = page.evaluate("navigator.clipboard.readText()")
    assert address == page.url
    page.goto("about:blank")
    page.goto(address)

    expect(page.locator(".headline")).to_have_count(2)
    assert page.locator(".headline").all_text_contents() == shown
    expect(page.get_by_label("Seconds, review 2").first).to_have_value("4.5")
    expect(page.get_by_label("Compare with FSRS-6")).to_be_checked()


@pytest.mark.slow
def test_address_is_written_again_when_the_pages_own_name_is_clicked(page):
    page.get_by_label("Compare with FSRS-6").check()
    page.wait_for_url("**f=1**")
    address = page.url
    page.get_by_role("link", name="Explore", exact=True).click()
    page.wait_for_function("address => location.href === address", arg=address)


@pytest.mark.slow
def test_target_that_is_none_is_forgotten_when_the_line_is_moved(page):
    field = page.get_by_role("spinbutton", name="Target (%)")
    field.fill("5")
    expect(page.get_by_role("alert")).to_have_text("Type a whole number from 50 to 99.")
    page.locator(".drag-mark").press("ArrowDown")

    expect(page.get_by_role("alert")).to_have_count(0)
    expect(field).to_have_value("89")


@pytest.mark.slow
def test_what_cannot_be_copied_is_shown_and_copied_is_said_of_one_text_only(page):
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject() }")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("region", name="Link")).to_contain_text("#/explore?n=")

    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.resolve() }")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_text("Copied")).to_be_visible()
    page.get_by_role("radio", name="Python", exact=True).check()
    expect(page.get_by_text("Copied")).to_have_count(0)


def test_nonsense_link_gives_a_notice_and_an_example(page):
    impossible = ("n=zzzzzzzz", "n=1&a=5zz", "n=t0&a=&t=90&z=Mars/Olympus", "n=t0&a=3zzzzzzz&t=90&z=UTC", "x")
    for bad in impossible:
        open_link(page, link())
        expect(page.get_by_text("This link couldn't be read")).to_have_count(0)
        open_link(page, f"#/explore?{bad}")
        expect(page.get_by_text("This link couldn't be read")).to_be_visible()
        expect(page.locator(".headline")).to_be_visible()


@pytest.mark.parametrize("context_options", [PHONE])
def test_curve_is_in_a_phones_first_view(page):
    chart = page.locator(".chart").first.bounding_box()

    assert chart["y"] + chart["height"] <= 844
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("context_options", [PHONE])
def test_tapped_value_stays_readable(page):
    area = page.locator(".cursor-area").bounding_box()
    page.touchscreen.tap(area["x"] + area["width"] / 2, area["y"] + 20)

    expect(page.locator(".readout")).to_contain_text("% recalled")


@pytest.mark.parametrize("address", [link(f="1", b="31jk0", t="90,80"), link(m="i", i="3,4,5.5")])
def test_axe_finds_nothing(page, address):
    open_link(page, address)

    assert findings(page) == []
