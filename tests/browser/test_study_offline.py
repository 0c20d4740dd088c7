"""The Study page without a network: reviews wait, arrive late, and once; the page itself is kept."""

import re
import shutil
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import opened
from tests.browser.site import serving
from tests.browser.studying import all_sent, answer, begin, connect, import_deck, open_page, ready, sign_up
from tests.functional.memories import Memory
from tests.robustness import gateway

pytestmark = pytest.mark.slow

MILLISECOND = timedelta(milliseconds=1)
KEPT = {"service_workers": "allow"}


@pytest.fixture(scope="module")
def memory(tables):
    with closing(Memory(tables.create(), tables.url, clock=time.time)) as memory:
        yield memory


@pytest.fixture(scope="module")
def site(built, memory):
    with gateway.running(memory=memory.service) as endpoint, serving(built, endpoint) as url:
        yield url


def test_reviews_of_an_offline_sitting_arrive_as_they_were_given(page, memory):
    ready(page, "offline")
    page.context.set_offline(True)
    begin(page)
    done = []
    for card, rating in (("dog", 3), ("cat", 1), ("bird", 2), ("mouse", 4), ("horse", 3)):
        before = datetime.now(UTC) - MILLISECOND
        answer(page, rating)
        done.append((card, rating, before, datetime.now(UTC)))
    expect(page.get_by_text("5 reviews wait for the network.")).to_be_visible()
    # Meanwhile another device has reviewed one of the cards: what was done here comes late.
    later = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    other = {"event_id": "other", "card": "dog", "rating": 2, "reviewed_at": later}
    assert memory.study("offline", [other]).status == 200
    page.context.set_offline(False)
    all_sent(page)

    exported = memory.export("offline")
    dogs = [review["event_id"] for review in exported if review["card"] == "dog"]
    assert dogs[1:] == ["other"]
    found = {review["card"]: review for review in exported if review["event_id"] != "other"}
    assert {card: review["rating"] for card, review in found.items()} == {card: r for card, r, *_ in done}
    times = [datetime.fromisoformat(found[card]["reviewed_at"]) for card, *_ in done]
    assert all(before <= at <= after for at, (*_, before, after) in zip(times, done, strict=True))
    assert {at.utcoffset() for at in times} == {timedelta(hours=1)}  # Berlin's, in winter


@pytest.mark.parametrize("context_options", [KEPT])
def test_page_is_loaded_again_and_used_without_a_network(page, memory):
    sign_up(page, "reload")
    import_deck(page)
    kept(page)
    page.context.set_offline(True)
    page.reload()
    begin(page)
    answer(page, 3)
    page.reload()
    expect(page.get_by_text("1 review waits until you connect")).to_be_visible()
    page.context.set_offline(False)
    connect(page)
    all_sent(page)

    assert [review["card"] for review in memory.export("reload")] == ["dog"]


def kept(page):
    """Wait until the service worker has every file."""
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def test_config_is_the_deployments_own_and_the_last_one_without_a_network(browser, built, endpoint):
    with serving(built, endpoint) as url, opened(browser, url, KEPT) as page:
        kept(page)
        page.reload()
        read = "fetch('./config.json').then((response) => response.json())"
        assert page.evaluate(read)["endpoint"] == endpoint
        page.context.set_offline(True)
        assert page.evaluate(read)["endpoint"] == endpoint


def test_page_has_the_policy_of_the_newest_deployment_and_the_last_one_without_a_network(
    browser, built, endpoint
):
    operations = {"url": "https://before.example/prod", "region": "eu-central-1", "signed": True}
    with serving(built, endpoint, operations) as url, opened(browser, url, KEPT) as page:
        kept(page)
        operations["url"] = "https://moved.example/prod"
        policies = [policy(page)]
        page.context.set_offline(True)
        policies.append(policy(page))
        page.context.set_offline(False)
        policies.append(policy(page, f"{url}index.html"))

    assert [("https://moved.example" in each, "before.example" in each) for each in policies] == [
        (True, False)
    ] * 3


def policy(page, url=None):
    """Load the page again, and return its policy."""
    response = page.goto(url) if url else page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return response.header_value("content-security-policy")


# In one evaluation: `wait_for_function` evaluates a text again and again, which the page's policy refuses.
UNTIL_KEPT = """async () => {
  const isKept = async () => (await caches.keys()).includes("recall-files-newer");
  while (!(await isKept())) await new Promise((again) => setTimeout(again, 50));
}"""


def test_newer_version_comes_with_the_next_visit_and_is_offered_to_open_pages(
    browser, built, endpoint, tmp_path
):
    folder = shutil.copytree(built, tmp_path / "site")
    with serving(folder, endpoint) as url, opened(browser, url, KEPT) as page:
        kept(page)
        index, worker = folder / "index.html", folder / "sw.js"
        newer = re.sub(r'(name="version" content=")\w+', r"\1newer", index.read_text())
        index.write_text(newer.replace("<title>Recall", "<title>Newer"))
        worker.write_text(re.sub(r'(version\\":\\")\w+', r"\1newer", worker.read_text()))
        visit = page.context.new_page()
        visit.goto(url)
        assert visit.title().endswith("Newer")
        page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update())")
        expect(page.get_by_text("A new version of this page is ready.")).to_be_visible()
        expect(visit.get_by_text("A new version of this page is ready.")).to_be_hidden()
        assert page.title() == "Explore · Recall"
        page.get_by_role("button", name="Reload").click()
        expect(page).to_have_title(re.compile("Newer$"))
        visit.evaluate(UNTIL_KEPT)
        expect(visit.get_by_text("A new version of this page is ready.")).to_be_hidden()
        caches = page.evaluate("caches.keys()")

    assert [name for name in caches if name.startswith("recall-files-")] == ["recall-files-newer"]


def test_two_tabs_send_each_review_once(page, memory):
    ready(page, "tabs")
    other = page.context.new_page()
    other.goto(page.url.partition("#")[0])
    open_page(other)
    connect(other)
    all_sent(other)
    page.context.set_offline(True)
    begin(page)
    answer(page, 3)
    answer(page, 1)
    expect(other.get_by_text("2 reviews wait for the network.")).to_be_visible()
    sent = []
    page.context.on("request", lambda request: sent.extend(events(request)))
    page.context.set_offline(False)
    all_sent(page)
    all_sent(other)

    stored = [review["event_id"] for review in memory.export("tabs")]
    assert sorted(sent) == sorted(stored)
    assert len(stored) == 2


def events(request):
    """Return the ids of the reviews that a request sends."""
    if request.method != "POST" or not request.url.endswith("/reviews"):
        return []
    return [review["event_id"] for review in request.post_data_json["reviews"]]
