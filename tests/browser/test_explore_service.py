"""Explore with a service: the live model evaluated in the page, and an owner's own model, which is asked."""

import json
from pathlib import Path
from unittest.mock import patch

import pytest
from playwright.sync_api import expect
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from inference import handler
from inference.lake_source import LakeSource
from inference.model_store import ModelStore
from tests.browser.conftest import opened
from tests.browser.explored import call, history, link, table
from tests.browser.parts import connect
from tests.browser.site import serving
from tests.browser.test_explore import open_link
from tests.browser.test_service import respond
from tests.functional.fakes import REFRESH_SECONDS, FakeReader, publish
from tests.functional.own_models import fitted
from tests.robustness import gateway


@pytest.fixture
def own_endpoint():
    """Run the service with a scikit-learn estimator of the owner's."""
    _, file = fitted(make_pipeline(StandardScaler(), LogisticRegression()))
    reader = FakeReader()
    publish(reader.objects, "own-1", file, format="skops")
    store = ModelStore(LakeSource(reader), REFRESH_SECONDS, lambda _reason: None)
    with patch.object(handler, "make_store", lambda _environment: store), gateway.running() as url:
        yield url


def connect_and_return(page, address):
    page.get_by_role("link", name="Connect to a service").click()
    connect(page)
    expect(page.get_by_label("API key")).to_have_count(0)
    open_link(page, address)


def test_live_models_parameters_answer_in_the_page(page):
    connect_and_return(page, link(m="i", i="3,60,5.5"))

    expect(page.locator(".page-head")).to_contain_text("Your service's model file")
    # The range of this model's training record; the default model's is wider.
    beyond = "Beyond what the model was trained on: the number of review days"
    expect(page.get_by_text(beyond)).to_be_visible()


def test_own_model_is_asked(browser, built, own_endpoint):
    with serving(built, own_endpoint) as url, opened(browser, url, {}) as page:
        connect_and_return(page, link(t="90,70"))
        expect(page.locator(".page-head")).to_contain_text("Your service's model, asked")
        expect(page.get_by_text("This can't be tried with a model that is only asked.")).to_be_visible()
        recalled = call(own_endpoint, "/v1/predict", history())["recall_probability"]
        expect(page.locator(".headline strong")).to_have_text(f"{100 * recalled:.0f}%")
        each = call(own_endpoint, "/v1/schedule", history() | {"for_each_rating": True})

        assert float(table(page)[-3][2].rstrip("%")) == pytest.approx(100 * recalled, abs=0.2)
        hours = page.locator(".rating-interval").first.text_content()
        assert hours.split()[0] == f"{each['again']['interval_days']:.0f}"


def test_service_that_fails_is_said_and_nothing_stale_stays(browser, built, own_endpoint):
    with serving(built, own_endpoint) as url, opened(browser, url, {}) as page:
        connect_and_return(page, link())
        expect(page.locator(".page-head")).to_contain_text("Your service's model, asked")
        page.route("**/v1/schedule", lambda route: route.abort())
        page.get_by_role("button", name="+1 week").click()

        expect(page.get_by_role("alert")).to_contain_text("Your service gave no answer", timeout=20_000)
        expect(page.locator(".headline")).to_have_count(0)
        page.unroute_all()
        page.get_by_role("button", name="Try again").click()
        expect(page.locator(".headline")).to_be_visible()


@pytest.mark.slow
def test_answers_of_before_a_change_are_marked_while_the_service_is_asked(browser, built, own_endpoint):
    with serving(built, own_endpoint) as url, opened(browser, url, {}) as page:
        connect_and_return(page, link())
        card = page.get_by_role("region", name="Card", exact=True)
        expect(card).to_have_attribute("aria-busy", "false")
        page.route("**/v1/schedule", lambda _route: None)  # it hangs
        page.get_by_role("button", name="+1 week").click()

        expect(card).to_have_attribute("aria-busy", "true")
        expect(card.get_by_text("Loading …")).to_be_visible()
        expect(card.locator(".headline")).to_have_css("opacity", "0.5")


@pytest.mark.slow
def test_model_is_loaded_again_when_wanted_and_one_of_a_newer_schema_is_asked(page, endpoint):
    respond(page, "/v1/model/parameters", 403, {"message": "Forbidden"})
    connect_and_return(page, link())
    expect(page.get_by_text("Until then, the default model answers.")).to_be_visible()
    page.unroute_all()
    model = json.loads(Path(gateway.ENVIRONMENT["MODEL_FILE"]).read_text())
    respond(page, "/v1/model/parameters", 200, model | {"schema_version": 3, "model_version": "later"})
    page.get_by_role("button", name="Try again").click()

    expect(page.locator(".page-head")).to_contain_text("Your service's model, asked")
    expect(page.locator(".headline")).to_be_visible()
