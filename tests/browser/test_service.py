"""The page of a service: connecting, its model, how right that was, texts, and how it is doing."""

import json

import httpx
import onnxruntime
import pytest
import sklearn
from playwright.sync_api import expect

from tests.browser.axe import findings
from tests.browser.conftest import RELIABILITY
from tests.browser.own_model import onnx_description, scikit_learn_description
from tests.browser.parts import connect, facts, panel, rows
from tests.browser.site import PROJECT
from tests.robustness.gateway import ALLOWED_ORIGIN, API_KEY, DOCUMENT, degraded_health

pytestmark = pytest.mark.slow

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
TOO_MANY = DOCUMENT["components"]["responses"]["TooManyRequests"]["content"]["application/json"]["examples"]
EXPOSED = {"Access-Control-Expose-Headers": "Retry-After"}
DECK = ["to lend", "the river", "the wolf", "to lend", "the train"]


def respond(page, path, status, body, **headers):
    """Let the page get another response from a path."""
    page.route(
        f"**{path}",
        lambda route: (
            route.continue_()
            if route.request.method == "OPTIONS"
            else route.fulfill(status=status, json=body, headers=ALLOWED_ORIGIN | EXPOSED | headers)
        ),
    )


def compare(page, texts, among=()):
    """Enter texts at once, since Chromium takes seconds to type a thousand lines; compare them."""
    for label, lines in {"English texts, one per line": texts, "Compare with, one per line": among}.items():
        page.get_by_label(label).evaluate(
            "(field, text) => { field.value = text; field.dispatchEvent(new Event('input')) }",
            "\n".join(lines),
        )
    page.get_by_role("button", name="Compare texts").click()


@pytest.fixture
def form(page):
    """Give the page before anything is typed."""
    page.get_by_role("link", name="Service", exact=True).click()
    return page


@pytest.fixture
def connected(form):
    """Give the page, connected."""
    connect(form)
    return form


def test_address_is_the_deployments_own(form, endpoint):
    expect(form.get_by_label("Address of the service")).to_have_value(endpoint)


def test_wrong_key_is_said_in_words_and_can_be_corrected(form):
    for key, words in {
        "": "Type the API key.",
        "not the key": "This isn't a key",
        "not-the-key": "Your key wasn't accepted.",
    }.items():
        connect(form, key)
        expect(form.get_by_role("alert")).to_contain_text(words)

    connect(form)
    expect(form.get_by_text("Connected to")).to_be_visible()


def test_address_that_is_none_is_refused_before_anything_is_sent(form):
    form.get_by_label("Address of the service").fill("example.org")
    connect(form)

    expect(form.get_by_role("alert")).to_contain_text("It begins with https://")


@pytest.mark.slow
def test_address_is_used_without_its_final_slash(form, endpoint):
    form.get_by_label("Address of the service").fill(f"{endpoint}/")
    connect(form)

    expect(form.get_by_text("Connected to")).to_have_text(f"Connected to {endpoint}")


@pytest.mark.slow
def test_model_without_measures_says_so(form, endpoint):
    headers = {"x-api-key": API_KEY}
    model = httpx.get(f"{endpoint}/v1/model", headers=headers, trust_env=False).json()
    model["training"] |= {"reliability": [], "metrics": {"held_out_reviews": 0}}
    respond(form, "/v1/model", 200, model)
    connect(form)

    expect(panel(form, "The model")).to_contain_text("This model came without measures")
    expect(panel(form, "The model").locator(".plots")).to_have_text("")


def test_too_many_calls_are_said_with_the_time_to_wait(form):
    respond(form, "/v1/model", 429, TOO_MANY["throttled"]["value"], **{"Retry-After": "120"})
    connect(form)

    expect(form.get_by_role("alert")).to_contain_text("120 seconds")


def test_key_is_in_memory_only(connected):
    expect(connected.get_by_text("Connected to")).to_be_visible()
    kept = connected.evaluate(
        "async () => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href,"
        " history.state, await indexedDB.databases(), await caches.keys()])"
    )
    assert API_KEY not in kept

    connected.reload()
    expect(connected.get_by_label("API key")).to_have_value("")


def test_disconnected_page_asks_for_the_key_again(connected):
    connected.get_by_role("button", name="Disconnect").click()

    expect(connected.get_by_label("API key")).to_have_value("")


def test_status_counts_the_calls_of_this_page(connected):
    expect(panel(connected, "How it is doing")).to_contain_text("The service is well.")
    expect(panel(connected, "The model").get_by_role("figure")).to_be_visible()
    calls = {row[0]: row[1:] for row in rows(connected, "Calls from this page")}
    assert set(calls) == {"/v1/model", "/v1/model/parameters", "/v1/health", "/v1/quality"}
    assert all(call[1].endswith(" ms") and call[3:] == ["0", "200"] for call in calls.values())

    connected.get_by_role("button", name="Check again").click()
    expect(connected.get_by_role("row", name="/v1/health").get_by_role("cell").first).to_have_text("2")


@pytest.mark.parametrize("context_options", [{"timezone_id": "Asia/Tokyo"}])
def test_degraded_service_is_shown_with_reason_and_local_time(form, context_options):
    respond(form, "/v1/health", 200, degraded_health("unreachable"))
    connect(form)
    part = panel(form, "How it is doing")
    expect(part).to_contain_text("with an older model than it should")
    expect(part).to_contain_text("Since 21 Nov 2026, 23:00: the storage of the models can't be reached")
    for reason, words in {
        "rejected": "the newest model can't be used",
        "unexpected": "a reason that is in the service's log",
    }.items():
        form.unroute_all()
        respond(form, "/v1/health", 200, degraded_health(reason))
        form.get_by_role("button", name="Check again").click()
        expect(part).to_contain_text(words)


def test_service_that_stops_responding_is_said_and_asked_again(connected):
    expect(panel(connected, "How it is doing")).to_contain_text("The service is well.")
    connected.route("**/v1/health", lambda route: route.abort())
    connected.get_by_role("button", name="Check again").click()

    alert = panel(connected, "How it is doing").get_by_role("alert")
    expect(alert).to_be_visible()
    expect(panel(connected, "How it is doing")).not_to_contain_text("The service is well.")
    connected.unroute_all()
    alert.get_by_role("button", name="Try again").click()
    expect(panel(connected, "How it is doing")).to_contain_text("The service is well.")


def test_model_card_has_data_measures_reliability_and_limits(connected):
    card = json.loads((PROJECT / "lambda_src/inference/default_model/card.json").read_text())
    model = panel(connected, "The model")

    expect(model).to_contain_text(f"Measured on the {card['metrics']['held_out_reviews']:,} newest reviews")
    known = facts(model)
    assert known["Learners"] == str(card["data"]["learners"])
    assert known["Reviews"].startswith(f"{card['data']['reviews']:,}")
    measures = {row[0]: row[1] for row in rows(connected, "Measured on")}
    assert measures["Log loss"] == f"{card['metrics']['log_loss']:.3f}"
    assert rows(connected, "What it looks at")[0][2] == "0.5 to 365"
    expect(model.locator(".bin")).to_have_count(len(RELIABILITY))
    assert rows(model, "Predicted and observed recall of the held-out reviews")[-1] == ["94%", "91.5%", "909"]
    assert set(card["limits"]) <= set(model.locator("li").all_inner_texts())


@pytest.mark.parametrize(
    ("describe", "expected"),
    [
        (
            scikit_learn_description,
            {
                "Estimator": "StandardScaler → LogisticRegression",
                "Served by": f"scikit-learn {sklearn.__version__}",
            },
        ),
        (
            onnx_description,
            {
                "Operators": "Gemm, LayerNormalization, Relu, Sigmoid",
                "Served by": f"onnxruntime {onnxruntime.__version__}",
            },
        ),
    ],
)
def test_own_model_says_what_it_is_and_that_it_came_without_figures(form, describe, expected):
    respond(form, "/v1/model", 200, describe())
    connect(form)

    expect(panel(form, "The model")).to_contain_text("This model came without figures")
    assert expected.items() <= facts(panel(form, "The model")).items()


def test_pairs_and_topics_are_shown_when_asked_and_not_before(connected):
    sent = []
    connected.on("request", lambda request: sent.append(request.url))
    connected.get_by_label("English texts, one per line").fill("\n".join(["", *DECK, "  "]))
    assert not [url for url in sent if "/v1/similar" in url or "/v1/topics" in url]
    connected.get_by_role("button", name="Compare texts").click()

    expect(connected.get_by_role("table", name="Topics")).to_be_visible()
    assert rows(connected, "Alike") == [["to lend", "to lend", "1.00"]]
    assert "to lend" in {row[0].removesuffix(" (uncertain)") for row in rows(connected, "Topics")}


@pytest.mark.slow
def test_texts_that_no_topic_clearly_has_and_truncated_ones_are_said_to_be_so(connected):
    topic = {"representative": 0, "members": [0, 1, 2], "uncertain": [2]}
    model = {"model": "all-MiniLM-L6-v2", "language": "en", "truncated": 2}
    respond(connected, "/v1/similar", 200, {"pairs": []} | model)
    respond(connected, "/v1/topics", 200, {"topics": [topic]} | model)
    compare(connected, DECK[:3])

    expect(connected.get_by_text("2 texts are longer than the model reads")).to_be_visible()
    assert rows(connected, "Topics") == [["to lend", "the river, the wolf (uncertain)"]]


@pytest.mark.slow
def test_new_card_is_compared_with_a_deck(connected):
    compare(connected, ["to lend"], among=DECK[1:])

    expect(connected.get_by_role("table", name="Alike")).to_be_visible()
    assert rows(connected, "Alike") == [["to lend", "to lend", "1.00"]]
    expect(connected.get_by_role("table", name="Topics")).to_have_count(0)


@pytest.mark.slow
def test_refused_text_is_named_by_its_line(connected):
    compare(connected, ["", "the river", "", "a" * 2_001])

    expect(connected.get_by_role("alert")).to_contain_text("line 4. It says: “must be text of 1 to 2000")


@pytest.mark.parametrize(
    ("texts", "words"),
    [(["alone"], "Write at least two texts"), (["a card"] * 1_001, "These are 1,001 texts. Up to 1,000")],
)
def test_wrong_number_of_texts_is_refused_before_anything_is_sent(connected, texts, words):
    compare(connected, texts)

    expect(connected.get_by_role("alert")).to_contain_text(words)


def test_service_that_reads_no_texts_says_which_setting_turns_that_on(connected):
    off = DOCUMENT["components"]["responses"]["TextOff"]["content"]["application/json"]["examples"]["off"]
    for path in ("similar", "topics"):
        respond(connected, f"/v1/{path}", 404, off["value"])
    compare(connected, DECK)

    expect(connected.get_by_role("alert")).to_contain_text("text")


def test_page_calls_its_own_site_and_the_service_only(connected, site, endpoint):
    urls = []
    connected.on("request", lambda request: urls.append(request.url))
    connected.reload()
    connect(connected)
    expect(panel(connected, "The model").get_by_role("figure")).to_be_visible()

    assert {url for url in urls if not url.startswith(site)} == {
        f"{endpoint}/v1/{name}" for name in ("health", "model", "model/parameters", "quality")
    }


@pytest.mark.parametrize("context_options", [PHONE])
def test_phone_needs_no_scrolling_sideways_and_axe_has_no_finding(form, context_options):
    assert findings(form) == []
    connect(form)
    expect(panel(form, "The model").get_by_role("figure")).to_be_visible()
    for summary in form.locator("summary").all():
        summary.click()

    assert form.evaluate("document.documentElement.scrollWidth") == 390
    assert findings(form) == []
