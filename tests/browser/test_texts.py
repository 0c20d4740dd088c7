"""The panel of texts: which cards are alike and what they are about, when the owner asks."""

from playwright.sync_api import expect

from tests.browser.conftest import connect, post
from tests.robustness.gateway import ALLOWED_ORIGIN

DECK = ["to lend", "the river", "the wolf", "to lend", "the train"]


def ask(page, texts):
    """Write texts, and have them compared."""
    page.get_by_label("English texts, one a line").fill("\n".join(texts))
    page.get_by_role("button", name="Compare texts").click()


def test_texts_are_hidden_until_a_service_is_connected(page):
    expect(page.locator("#texts")).to_be_hidden()
    connect(page)
    expect(page.locator("#texts")).to_be_visible()


def test_pairs_and_topics_are_the_services_own(connected, endpoint):
    ask(connected, ["", *DECK, "  "])
    expect(connected.locator("#texts table")).to_have_count(2)
    pairs, topics = connected.locator("#texts table").all()

    found = [row.inner_text().split("\t") for row in pairs.locator("tbody tr").all()]
    expected = post(endpoint, "/v1/topics", {"texts": DECK})["topics"]
    assert found == [["to lend", "to lend", "1.00"]]
    assert [row.inner_text().split("\t")[0] for row in topics.locator("tbody tr").all()] == [
        DECK[topic["representative"]] for topic in expected
    ]


def test_nothing_is_sent_before_the_button(connected):
    sent = []
    connected.on("request", lambda request: sent.append(request.url))
    connected.get_by_label("English texts, one a line").fill("a\nb")
    connected.wait_for_timeout(500)

    assert not [url for url in sent if "/v1/similar" in url or "/v1/topics" in url]


def test_one_text_is_refused_before_anything_is_sent(connected):
    ask(connected, ["alone"])

    expect(connected.locator("#texts-error")).to_have_text(
        "Write at least two texts, each on a line of its own."
    )


def test_service_that_reads_no_texts_says_so(connected):
    error = {"error": {"code": "not_found", "message": "texts are off here", "field": None}}
    for path in ("similar", "topics"):
        connected.route(
            f"**/v1/{path}", lambda route: route.fulfill(status=404, json=error, headers=ALLOWED_ORIGIN)
        )
    ask(connected, DECK)

    expect(connected.locator("#texts-error")).to_contain_text("This service doesn't read texts")
