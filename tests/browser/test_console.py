"""The console shows the service's predictions, and updates them when a control changes."""

import json
from datetime import UTC, datetime, timedelta

import onnxruntime
import pytest
import sklearn
from playwright.sync_api import expect

from tests.browser.conftest import PROJECT, RELIABILITY, connect, degrade, interval, post, shown
from tests.browser.own_model import onnx_description, scikit_learn_description
from tests.robustness.gateway import ALLOWED_ORIGIN, API_KEY

CARD = {"days_since_last_review": 3, "review_count": 4, "difficulty": 2.4}


def test_first_prediction_is_the_services_own(connected, endpoint):
    prediction = post(endpoint, "/v1/predict", CARD)
    schedule = post(endpoint, "/v1/schedule", CARD)
    due = datetime.now(UTC) + timedelta(days=schedule["interval_days"] - 3)

    assert shown(connected) == pytest.approx(prediction["recall_probability"], abs=0.0005)
    assert interval(connected) == pytest.approx(schedule["interval_days"], abs=0.05)
    expect(connected.locator(".result.A .next")).to_contain_text(f"{due.day} {due:%b %Y}")


def test_moved_input_moves_recall_curve_and_next_review(connected, endpoint):
    recall, days = shown(connected), interval(connected)
    line = connected.locator(".series.A .curve").get_attribute("d")

    connected.get_by_label("Difficulty, 1 (easy) to 10 (hard)", exact=True).fill("1.5")

    expect(connected.locator(".series.A .curve")).not_to_have_attribute("d", line)
    easier = post(endpoint, "/v1/predict", CARD | {"difficulty": 1.5})["recall_probability"]
    assert shown(connected) == pytest.approx(easier, abs=0.0005)
    assert shown(connected) > recall
    assert interval(connected) > days


def test_moved_target_moves_target_line_and_next_review(connected, endpoint):
    height = float(connected.locator("#plot .target").get_attribute("y1"))
    days = interval(connected)

    connected.get_by_label("Target recall, in percent", exact=True).fill("80")

    expect(connected.locator(".target-text")).to_have_text("target 80%")
    wanted = post(endpoint, "/v1/schedule", CARD | {"target_recall": 0.8})["interval_days"]
    assert interval(connected) == pytest.approx(wanted, abs=max(0.05, 0.5 * (wanted >= 10)))
    assert interval(connected) > days
    assert float(connected.locator("#plot .target").get_attribute("y1")) > height


def test_typed_history_is_predicted_by_the_history_model(connected, endpoint):
    connected.get_by_label("Review history").check()
    connected.get_by_label("Reviews, one a line").fill("40 good\n31 again\n\n30, 3\n12.5 EASY\n")

    expect(connected.locator(".result.A small")).to_have_text("history model")
    reviews = [(40, 3), (31, 1), (30, 3), (12.5, 4)]
    card = {"reviews": [{"days_ago": days, "rating": rating} for days, rating in reviews]}
    expected = post(endpoint, "/v1/predict", card)["recall_probability"]
    assert shown(connected) == pytest.approx(expected, abs=0.0005)
    wanted = post(endpoint, "/v1/schedule", card)["interval_days"]
    assert interval(connected) == pytest.approx(wanted, abs=0.5)


def test_dates_and_times_are_reviews_too(connected, endpoint):
    day = (datetime.now(UTC) - timedelta(days=20)).strftime("%Y-%m-%d")
    connected.get_by_label("Review history").check()
    connected.get_by_label("Reviews, one a line").fill(f"{day} good\n{day}T09:30:00Z again")

    expect(connected.locator(".result.A small")).to_have_text("history model")
    reviews = [{"at": f"{day}T04:00:00Z", "rating": 3}, {"at": f"{day}T09:30:00Z", "rating": 1}]
    expected = post(endpoint, "/v1/predict", {"reviews": reviews})["recall_probability"]
    assert shown(connected) == pytest.approx(expected, abs=0.0006)


def test_second_card_is_drawn_beside_the_first(connected, endpoint):
    connected.get_by_label("Compare with a second card").check()

    expect(connected.locator(".series.B .curve")).to_be_visible()
    expected = post(endpoint, "/v1/predict", CARD | {"difficulty": 6})["recall_probability"]
    assert shown(connected, "B") == pytest.approx(expected, abs=0.0005)
    connected.locator("#curve-details summary").click()
    assert connected.locator("#curve-table thead th").all_inner_texts()[1:] == ["Card A", "Card B"]

    connected.get_by_label("Compare with a second card").uncheck()
    expect(connected.locator(".series.B")).to_have_count(0)
    expect(connected.locator(".series.A .curve")).to_be_visible()


def test_table_has_the_curves_own_values(connected, endpoint):
    connected.get_by_label("Days shown").select_option("30")
    connected.locator("#curve-details summary").click()
    expect(connected.locator("#curve-table tbody tr").last).to_contain_text("30 days")

    curve = post(endpoint, "/v1/curve", CARD | {"days": 30, "points": 2})["recall_probability"]
    rows = [row.split("\t") for row in connected.locator("#curve-table tbody tr").all_inner_texts()]
    assert len(rows) == 11
    assert float(rows[0][1].rstrip("%")) / 100 == pytest.approx(curve[0], abs=0.0005)
    assert float(rows[-1][1].rstrip("%")) / 100 == pytest.approx(curve[1], abs=0.0005)


def test_input_beyond_the_training_data_has_a_warning(connected):
    connected.get_by_label("Difficulty, 1 (easy) to 10 (hard)", exact=True).fill("9.5")

    expect(connected.locator(".result.A .warning")).to_contain_text("trained on: difficulty.")


def test_fast_typing_sends_one_request(connected):
    requests = []
    connected.on("request", lambda request: requests.append((request.method, request.url.rsplit("/", 1)[1])))
    days = connected.get_by_label("Days since last review", exact=True)
    # In one go, however slow the machine is: "12" typed before the 3.
    days.evaluate("""(input) => ["13", "123"].forEach((text) => {
        input.value = text;
        input.dispatchEvent(new Event("input", {bubbles: true}));
    })""")

    expect(connected.locator(".result.A")).to_contain_text("123 days after")
    assert requests.count(("POST", "predict")) == 1
    assert requests.count(("POST", "schedule")) == 1


def test_model_card_has_data_metrics_reliability_and_limits(connected):
    card = json.loads((PROJECT / "lambda_src/inference/default_model/card.json").read_text())
    model = connected.locator("#model")

    expect(model).to_contain_text(f"{card['data']['learners']}")
    expect(model).to_contain_text(f"{card['data']['reviews']:,}")
    expect(model).to_contain_text(f"{card['metrics']['held_out_reviews']:,} newest reviews")
    expect(model).to_contain_text(f"{card['metrics']['log_loss']:.3f}")
    expect(model).to_contain_text("0.5 to 365")
    assert model.locator(".bin").count() == len(RELIABILITY)
    model.get_by_text("The diagram as a table").click()
    last = model.locator("details tbody tr").last.inner_text().split("\t")
    assert last == ["94%", "91.5%", "909"]
    limits = connected.locator(".limits li").all_inner_texts()
    assert set(card["limits"]) <= set(limits)


def test_card_of_an_own_scikit_learn_model_says_that_it_brought_no_figures(page):
    description = scikit_learn_description()
    page.route("**/v1/model", lambda route: route.fulfill(json=description, headers=ALLOWED_ORIGIN))
    connect(page)
    model = page.locator("#model")

    expect(model).to_contain_text("This model brought no figures")
    facts = [fact.split("\n") for fact in model.locator("dl div").all_inner_texts()]
    assert facts == [
        ["Version", "own-1"],
        ["Trained", "20 Nov 2026"],
        ["Estimator", "StandardScaler → LogisticRegression"],
        ["Served by", f"scikit-learn {sklearn.__version__}"],
    ]
    inputs = [row.split("\t") for row in model.locator("tbody tr").all_inner_texts()]
    assert [row[1:] for row in inputs] == [
        ["0 to 36,500", "not recorded"],
        ["1 to 10,000", "not recorded"],
        ["1 to 10", "not recorded"],
    ]


def test_card_of_an_onnx_model_names_its_operators_and_what_serves_it(page):
    description = onnx_description()
    page.route("**/v1/model", lambda route: route.fulfill(json=description, headers=ALLOWED_ORIGIN))
    connect(page)

    expect(page.locator("#model")).to_contain_text("This model brought no figures")
    facts = dict(fact.split("\n") for fact in page.locator("#model dl div").all_inner_texts())
    assert facts["Operators"] == "Gemm, LayerNormalization, Relu, Sigmoid"
    assert facts["Served by"] == f"onnxruntime {onnxruntime.__version__}"


def test_status_shows_health_version_and_latency_of_calls(connected, endpoint):
    expect(connected.get_by_role("status")).to_have_text("Service is well")
    expect(connected.locator("#health")).to_contain_text("ok")
    calls = {
        row.split("\t")[0]: row.split("\t") for row in connected.locator("#calls tbody tr").all_inner_texts()
    }
    assert set(calls) == {
        "/v1/health", "/v1/model", "/v1/quality", "/v1/predict", "/v1/schedule", "/v1/curve",
    }  # fmt: skip
    assert all(call[2].endswith(" ms") and call[5] == "200" for call in calls.values())

    connected.get_by_role("button", name="Check again").click()
    expect(connected.locator("#calls tbody tr", has_text="/v1/health").locator("td").first).to_have_text("2")


WHY_DEGRADED = {
    "unreachable": "the storage of the models gives no usable response. Until it does",
    "rejected": "the newest model can't be served. Until one can",
    "unexpected": (
        "the newest model couldn't be loaded, for a reason that is in the service's log. Until it can be"
    ),
}


@pytest.mark.parametrize("context_options", [{"timezone_id": "Asia/Tokyo"}])
def test_degraded_service_is_shown_with_reason_and_local_time_until_it_is_well(connected, context_options):
    check = connected.get_by_role("button", name="Check again")
    notice = connected.locator("#degraded")
    expect(notice).to_be_hidden()
    for reason, why in WHY_DEGRADED.items():
        degrade(connected, reason)
        check.click()
        since = "Degraded since 21 Nov 2026, 23:00:00"
        expect(notice).to_have_text(f"{since}: {why}, the last good model predicts.")

    expect(connected.get_by_role("status")).to_have_text("Service is degraded")
    expect(connected.locator("#health")).to_contain_text("ok, degraded")
    expect(connected.locator("#health")).to_contain_text("20261120T093902Z-934fbb01")

    connected.unroute_all()
    check.click()
    expect(connected.get_by_role("status")).to_have_text("Service is well")
    expect(notice).to_be_hidden()


WRONG_INPUTS = [
    ("Review days so far", "2.5", "Review days so far must be"),
    ("Difficulty, 1 (easy) to 10 (hard)", "40", "Difficulty must be"),
    ("Difficulty, 1 (easy) to 10 (hard)", "", "Difficulty must be a number."),
]


def test_wrong_input_is_named_and_marked_until_it_is_right(connected):
    for label, value, message in WRONG_INPUTS:
        control = connected.get_by_label(label, exact=True)
        right = control.input_value()
        control.fill(value)

        expect(connected.locator("#A-error")).to_contain_text(message)
        expect(control).to_have_attribute("aria-invalid", "true")
        expect(connected.locator(".series")).to_have_count(0)

        control.fill(right)
        expect(connected.locator("#A-error")).to_have_text("")
        expect(control).not_to_have_attribute("aria-invalid", "true")
        expect(connected.locator(".series.A .curve")).to_be_visible()


WRONG_LINES = {
    "12 good\n\n5 9": "Reviews, line 3: rating must be 1",
    "12": "Reviews, line 1: type when and a rating",
    "12 good\nyesterday good": "Reviews, line 2: at must be",
    "": "Reviews: type at least one",
}


def test_wrong_line_of_a_history_is_named(connected):
    connected.get_by_label("Review history").check()
    for typed, message in WRONG_LINES.items():
        connected.get_by_label("Reviews, one a line").fill(typed)

        expect(connected.locator("#A-error")).to_contain_text(message)


def test_wrong_target_is_named_until_it_is_right(connected):
    target = connected.get_by_label("Target recall, in percent", exact=True)
    for value in ("0", ""):
        target.fill(value)
        expect(connected.locator("#target-error")).to_contain_text("Target recall must be")
        expect(connected.locator("#target")).to_have_attribute("aria-invalid", "true")

        target.fill("90")
        expect(connected.locator("#target-error")).to_have_text("")


def test_recall_that_never_falls_to_the_target_has_no_date(connected):
    connected.get_by_label("Target recall, in percent", exact=True).fill("5")

    expect(connected.locator(".result.A .next")).to_have_text("Next review: not within 100 years")
    expect(connected.locator(".result.A")).to_contain_text("recall stays above 5%")


def test_wrong_key_has_a_message_in_plain_words_and_can_be_corrected(page):
    connect(page, "not-the-key")
    expect(page.locator("#connection-error")).to_contain_text("The API key isn't accepted")

    connect(page)
    expect(page.locator("#connection-error")).to_have_text("")


def test_key_is_in_memory_only(connected, site):
    kept = connected.evaluate(
        "async () => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href,"
        " history.state, await indexedDB.databases(), await caches.keys()])"
    )
    assert API_KEY not in kept
    assert connected.context.storage_state() == {"cookies": [], "origins": []}
    assert connected.url == site

    connected.reload()
    expect(connected.get_by_label("API key")).to_have_value("")
    expect(connected.locator(".series")).to_have_count(0)


def test_page_calls_its_own_site_and_the_api_only(page, site, endpoint):
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.reload()
    connect(page)

    assert all(url.startswith((site, endpoint + "/v1/")) for url in requests)
    assert not any(API_KEY in url for url in requests)
    assert {url for url in requests if url.startswith(endpoint)} == {
        f"{endpoint}/v1/{name}" for name in ("health", "model", "quality", "predict", "schedule", "curve")
    }
