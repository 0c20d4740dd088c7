"""The Study page in front of a real memory: decks, cards, answers, undo, statistics."""

import time
from contextlib import closing

import pytest
from playwright.sync_api import expect

from tests.browser.axe import findings
from tests.browser.conftest import opened
from tests.browser.site import serving
from tests.browser.studying import (
    all_sent,
    answer,
    begin,
    connect,
    fact,
    import_deck,
    open_page,
    ready,
    sign_up,
)
from tests.functional.memories import Memory
from tests.robustness import gateway

pytestmark = pytest.mark.slow

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LEAST_TARGET = 44  # pixels


@pytest.fixture(scope="module")
def memory(tables):
    with closing(Memory(tables.create(), tables.url, clock=time.time)) as memory:
        yield memory


@pytest.fixture(scope="module")
def site(built, memory):
    with gateway.running(memory=memory.service) as endpoint, serving(built, endpoint) as url:
        yield url


def ratings(memory, learner):
    return {review["card"]: review["rating"] for review in memory.export(learner)}


def test_deck_is_studied_with_the_keyboard_alone(page, memory):
    ready(page, "keys")
    page.get_by_role("button", name="Study animals").focus()
    page.keyboard.press("Enter")
    for rating in (1, 2, 3, 4):
        expect(page.get_by_role("button", name="Show the answer")).to_be_focused()
        page.keyboard.press("Space")
        expect(page.get_by_role("group", name="How well did you know it?")).to_be_visible()
        page.keyboard.press(str(rating))
    expect(page.get_by_text("4 of 6")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.get_by_text("3 of 6")).to_be_visible()
    expect(page.get_by_text("Maus")).to_be_visible()
    all_sent(page)

    assert ratings(memory, "keys") == {"dog": 1, "cat": 2, "bird": 3}


@pytest.mark.parametrize("context_options", [PHONE])
def test_deck_is_studied_by_touch_on_a_phone(page, memory):
    ready(page, "touch")
    page.get_by_role("button", name="Study animals").tap()
    for name in ("Good", "Again"):
        page.get_by_role("button", name="Show the answer").tap()
        buttons = page.get_by_role("group", name="How well did you know it?").get_by_role("button")
        assert min(buttons.nth(place).bounding_box()["height"] for place in range(4)) >= LEAST_TARGET
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["viewport"]["width"]
        buttons.filter(has_text=name).tap()
    expect(page.get_by_text("2 of 6")).to_be_visible()
    all_sent(page)
    page.get_by_label("Language").select_option("de")
    expect(page.get_by_role("button", name="Antwort zeigen")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["viewport"]["width"]
    assert ratings(memory, "touch") == {"dog": 3, "cat": 1}


def test_review_is_taken_back_before_it_is_sent_and_after(page, memory):
    ready(page, "undo")
    begin(page)
    answer(page, 3)
    all_sent(page)
    assert ratings(memory, "undo") == {"dog": 3}

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("0 of 6")).to_be_visible()
    page.context.set_offline(True)
    answer(page, 2)
    answer(page, 4)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("1 of 6")).to_be_visible()
    page.context.set_offline(False)
    all_sent(page)

    assert ratings(memory, "undo") == {"dog": 2}


def test_everybody_can_use_it(page):
    sign_up(page, "axe")
    import_deck(page)
    assert findings(page) == []
    begin(page)
    assert findings(page) == []
    page.get_by_role("button", name="Show the answer").click()
    assert findings(page) == []
    page.get_by_role("button", name="Good").click()
    page.get_by_role("button", name="Stop").click()
    assert findings(page) == []


def test_failed_card_comes_again_when_it_is_due(page):
    page.clock.install()
    sign_up(page, "again")
    import_deck(page, "id,front,back\ndog,Hund,dog\n", "one.csv")
    begin(page, "one")
    answer_only(page, "Again")
    expect(page.get_by_text("The next card is due: Today")).to_be_visible()

    page.clock.fast_forward("06:00:00")
    expect(page.get_by_role("button", name="Show the answer")).to_be_visible()


def answer_only(page, name):
    """Answer the last card: none comes after it."""
    page.get_by_role("button", name="Show the answer").click()
    page.get_by_role("group", name="How well did you know it?").get_by_role("button", name=name).click()


def test_model_that_the_page_cannot_evaluate_is_asked_for_the_intervals(page):
    ready(page, "asked")
    begin(page)
    page.get_by_role("button", name="Show the answer").click()
    expect(answers(page).first.locator(".answer-interval")).to_be_visible()
    by_itself = answers(page).all_text_contents()
    headers = {"Access-Control-Allow-Origin": "*"}
    page.route(
        "**/v1/model/parameters", lambda route: route.fulfill(status=404, json=UNKNOWN_PATH, headers=headers)
    )
    page.reload()
    open_page(page)
    connect(page)
    all_sent(page)
    with page.expect_request("**/v1/schedule"):
        begin(page)
        page.get_by_role("button", name="Show the answer").click()

    expect(answers(page)).to_have_text(by_itself)


def answers(page):
    """Return the four buttons."""
    return page.get_by_role("group", name="How well did you know it?").get_by_role("button")


def test_only_so_many_new_cards_come_a_day(page):
    sign_up(page, "few")
    page.get_by_label("New cards a day").fill("2")
    import_deck(page)
    begin(page)
    answer(page, 3)
    answer_only(page, "Good")
    expect(page.get_by_text("Done for now")).to_be_visible()
    expect(page.get_by_text("You have given 2 answers.")).to_be_visible()


# Half past three is still the day before, also where the calendar's day is another one than UTC's.
@pytest.mark.parametrize(
    ("context_options", "half_past_three"),
    [
        ({"timezone_id": "Asia/Tokyo"}, "2026-11-29T18:30:00Z"),
        pytest.param({"timezone_id": "America/Los_Angeles"}, "2026-11-30T11:30:00Z", marks=pytest.mark.slow),
    ],
)
def test_todays_numbers_follow_the_study_day(page, half_past_three):
    page.clock.install(time=half_past_three)
    sign_up(page, "night")
    import_deck(page)
    begin(page)
    answer(page, 3)
    page.get_by_role("button", name="Stop").click()
    assert fact(page, "Reviews") == "1"

    page.clock.fast_forward("00:31:00")
    expect(page.locator(".facts div").filter(has_text="Reviews").locator("dd")).to_have_text("0")


def test_arabic_reads_from_right_to_left(page):
    sign_up(page, "arabic")
    import_deck(page, "front,back\nكتاب,book\n")
    begin(page)

    assert page.get_by_text("كتاب").evaluate("(text) => getComputedStyle(text).direction") == "rtl"


def test_another_device_gets_what_was_done(page, browser, site, memory):
    ready(page, "two devices")
    begin(page)
    for rating in (3, 1, 4):
        answer(page, rating)
    all_sent(page)
    with opened(browser, site, {}) as other:
        ready(other, "two devices")
        expect(other.get_by_text("6 cards · 3 new")).to_be_visible()
        assert [fact(other, name) for name in ("Reviews", "New cards")] == ["3", "3"]
        begin(other)
        expect(other.get_by_text("Maus")).to_be_visible()


def test_device_and_service_agree_on_when_cards_are_due(page):
    sign_up(page, "forecast")
    import_deck(page)
    begin(page)
    for rating in (1, 2, 3, 4, 3):
        answer(page, rating)
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("As a table").click()
    rows = page.get_by_role("table").get_by_role("row")
    alone = rows.all_inner_texts()
    connect(page)
    all_sent(page)
    page.get_by_text("As a table").click()

    assert rows.all_inner_texts() == alone
    assert sum(int(row.split("\t")[1]) for row in alone[1:]) == 5


def test_sample_deck_is_there_without_a_file(page):
    sign_up(page, "sample")
    page.get_by_role("button", name="Try 20 Spanish words").click()
    begin(page, "Spanish words")
    page.get_by_role("button", name="Show the answer").click()

    expect(page.get_by_text("the cat")).to_be_visible()


def test_learner_who_was_erased_is_sent_again_only_if_it_is_wanted(page, memory):
    ready(page, "erased")
    begin(page)
    answer(page, 3)
    all_sent(page)
    page.get_by_role("button", name="Stop").click()
    memory.erase("erased")
    page.get_by_role("button", name="Get reviews from my other devices").click()
    expect(page.get_by_text("this device has 1 review")).to_be_visible()
    assert memory.export("erased") == []

    page.get_by_role("button", name="Send them to it").click()
    all_sent(page)
    assert ratings(memory, "erased") == {"dog": 3}


def test_key_that_is_refused_later_keeps_reviews_waiting(page, memory, monkeypatch):
    ready(page, "wrong key")
    begin(page)
    monkeypatch.setattr(gateway, "API_KEY", "another")
    answer(page, 3)
    expect(page.get_by_text("Your key wasn't accepted")).to_be_visible()
    expect(page.get_by_text("1 review waits to be sent")).to_be_visible()
    monkeypatch.undo()
    page.get_by_role("button", name="Try again").click()
    all_sent(page)

    assert ratings(memory, "wrong key") == {"dog": 3}


def test_refused_review_is_shown_with_the_services_words(page, memory):
    page.clock.install(time=time.time() + 1.5 * 86_400)  # this device's clock is wrong
    ready(page, "refused")
    begin(page)
    page.get_by_role("button", name="Show the answer").click()
    page.get_by_role("button", name="Good").click()  # the refusal may come before the next card
    expect(page.get_by_text("The service refused 1 review")).to_be_visible()
    expect(page.get_by_text("must not be more than a day after now")).to_be_visible()
    expect(page.get_by_text("All other reviews are at the service.")).to_be_visible()
    page.get_by_role("button", name="Forget this review").click()
    all_sent(page)

    assert memory.export("refused") == []


def test_service_that_remembers_nobody_says_who_can_turn_it_on(browser, built):
    with (
        gateway.running() as endpoint,
        serving(built, endpoint) as url,
        opened(browser, url, {}) as page,
    ):
        sign_up(page, "nobody")
        import_deck(page)
        connect(page)
        expect(page.get_by_text("Its owner turns it on with “memory” in cdk.json")).to_be_visible()


def test_file_that_is_no_deck_is_refused_in_words(page):
    sign_up(page, "no deck")
    page.locator("input[type=file]").set_input_files(
        {"name": "deck.csv", "mimeType": "text/csv", "buffer": b""}
    )
    expect(page.get_by_role("alert")).to_contain_text("The file is empty.")


def example(response, name):
    """Return an error as the service's document shows it."""
    return gateway.DOCUMENT["components"]["responses"][response]["content"]["application/json"]["examples"][
        name
    ]["value"]


UNKNOWN_PATH = {
    "error": {"code": "not_found", "message": "path is unknown; known are /v1/predict", "field": "path"},
    "request_id": "r-1",
}


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (404, UNKNOWN_PATH, "Your service is older than this page"),
        (403, example("LearnerForbidden", "other_tenant"), "Your key is for other learners."),
        (429, example("TooManyRequests", "quota_exceeded"), "Your key's quota for today is used up."),
        (503, example("MemoryUnavailable", "memory_unavailable"), "The service can't do this at the moment."),
    ],
)
def test_what_keeps_reviews_from_the_service_is_said_in_words(page, status, body, words):
    headers = {"Access-Control-Allow-Origin": "*"}
    page.route("**/v1/learners/**", lambda route: route.fulfill(status=status, json=body, headers=headers))
    sign_up(page, "errors")
    import_deck(page)
    connect(page)
    expect(page.get_by_text(words)).to_be_visible(timeout=15_000)
    begin(page)
    answer(page, 3)

    expect(page.get_by_text("1 review waits to be sent.")).to_be_visible(timeout=15_000)
