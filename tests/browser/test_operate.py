"""The owner's page: signing in, and everything that it shows and moves, by the real operations function."""

import base64
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from model_training.commands import promote as command
from model_training.registry.lake import LakeError
from model_training.retraining.run import Run
from tests.browser.axe import findings
from tests.browser.conftest import opened
from tests.browser.owned import DAYS, fill
from tests.browser.parts import facts, panel, rows
from tests.browser.signed_gateway import KEYS, REGION, Gateway, running
from tests.browser.site import serving
from tests.functional.operated import Operated
from tests.training.releases import passed, refused

pytestmark = pytest.mark.slow

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture
def stage(monkeypatch):
    """Give a stage of some weeks, on which a run may search for an hour."""
    operated = Operated(automl_most_seconds=3_600, budget="monthly", usd=25)
    fill(operated)
    monkeypatch.setattr("model_training.registry.lake.s3_client", lambda _: operated.s3)
    for name, value in {"LAKE_BUCKET": "lake", "METRICS_NAMESPACE": "Recall", "STAGE": "dev"}.items():
        monkeypatch.setenv(name, value)
    return operated


@pytest.fixture
def signed():
    """Say whether the API takes signed requests only; a test may override it."""
    return False


@pytest.fixture
def gateway(stage, signed):
    """Give the gateway before the stage."""
    return Gateway(stage, signed=signed)


@pytest.fixture
def owner(browser, built, endpoint, gateway, context_options):
    """Give the owner's page."""
    with running(gateway) as url:
        operations = {"url": url, "region": REGION, "signed": gateway.signed}
        with (
            serving(built, endpoint, operations) as site,
            opened(browser, f"{site}#/operate", context_options) as page,
        ):
            yield page


SIGNED = pytest.mark.parametrize("signed", [True])


def link(end, **changes):
    """Return what `recall sign-in` puts behind ``session=``."""
    session = {
        "accessKeyId": KEYS.access_key, "secretAccessKey": KEYS.secret_key, "sessionToken": KEYS.token,
        "expiration": end.isoformat(),
    }  # fmt: skip
    return base64.urlsafe_b64encode(json.dumps(session | changes).encode()).decode().rstrip("=")


def open_link(page, session):
    """Follow a link, as typed into the address."""
    page.evaluate("(session) => { location.hash = `#/operate?session=${session}` }", session)


def soon(minutes=50):
    return datetime.now(UTC) + timedelta(minutes=minutes)


def models_shown(page):
    return panel(page, "Models").get_by_role("listitem")


def move(page, button, reason):
    """Ask for a move with a reason."""
    page.get_by_role("button", name=button).click()
    page.get_by_role("dialog").get_by_label("Reason").fill(reason)
    page.get_by_role("dialog").locator("button.primary").click()


@SIGNED
def test_link_signs_in_and_leaves_the_address(owner, gateway, signed):
    owner.clock.install()
    open_link(owner, link(soon()))

    expect(owner.get_by_text("Signed in.")).to_contain_text("in 50 minutes")
    expect(panel(owner, "Alarms")).to_contain_text("1 alarm is on.")
    expect(models_shown(owner)).to_have_count(3)
    assert owner.url.endswith("#/operate")
    kept = owner.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, history.state])"
    )
    assert KEYS.secret_key not in kept
    owner.clock.run_for(10 * 60_000)
    expect(owner.get_by_text("Signed in.")).to_contain_text("in 40 minutes")
    owner.go_back()
    assert "session" not in owner.url


@SIGNED
@pytest.mark.parametrize(
    "pasted",
    [
        json.dumps({"Version": 1, "AccessKeyId": KEYS.access_key, "SecretAccessKey": KEYS.secret_key,
                    "SessionToken": KEYS.token, "Expiration": "2099-01-01T00:00:00+00:00"}, indent=1),
        f"export AWS_ACCESS_KEY_ID={KEYS.access_key}\nexport AWS_SECRET_ACCESS_KEY={KEYS.secret_key}\n"
        f'export AWS_SESSION_TOKEN="{KEYS.token}"\n',
    ],
    ids=["json", "export"],
)  # fmt: skip
def test_pasted_credentials_sign_in_and_a_body_is_signed_too(owner, stage, signed, pasted):
    owner.get_by_label("Or paste short-lived AWS credentials here").fill(pasted)
    expect(owner.get_by_label("Session token")).to_have_value(KEYS.token)
    expect(owner.get_by_label("Or paste")).to_have_value("")
    owner.get_by_role("button", name="Sign in").click()
    owner.get_by_text("Start a training run").click()
    owner.get_by_label("Name (optional)").fill("after-the-exams")
    owner.get_by_role("button", name="Start", exact=True).click()

    expect(panel(owner, "Training runs")).to_contain_text("after-the-exams has started.")
    expect(owner.get_by_text("Signed in")).to_be_visible()  # for longer than a browser's timers know
    # Whatever the stage sets.
    assert json.loads(stage.states.inputs["after-the-exams"]) == {"automl_seconds": 0}


@SIGNED
@pytest.mark.slow
def test_pasted_text_without_credentials_is_said_and_does_not_stay(owner, signed):
    box = owner.get_by_label("Or paste short-lived AWS credentials here")
    box.fill(f"my secret is {KEYS.secret_key}")
    box.press("Tab")

    expect(owner.get_by_role("alert")).to_contain_text("There are no credentials in what you pasted")
    expect(box).to_have_value("")


@SIGNED
def test_credentials_that_cannot_be_used_are_refused_with_why(owner, gateway, signed):
    owner.get_by_role("button", name="Sign in").click()
    expect(owner.get_by_role("alert")).to_contain_text("is missing")
    owner.get_by_label("Access key ID").fill("AKIAEXAMPLE")
    owner.get_by_label("Secret access key").fill("secret")
    owner.get_by_role("button", name="Sign in").click()
    expect(owner.get_by_role("alert")).to_contain_text("no session token, so they never expire")

    for session, words in (
        (link(soon(-1)), "These credentials have expired"),
        ("nonsense", "The link is incomplete"),
    ):
        open_link(owner, session)
        expect(owner.get_by_role("alert")).to_contain_text(words)
    assert gateway.requests == []


@SIGNED
def test_wrong_credentials_are_said_in_words(owner, signed):
    open_link(owner, link(soon(), secretAccessKey="another"))

    expect(panel(owner, "Alarms").get_by_role("alert")).to_contain_text(
        "AWS doesn't accept these credentials"
    )


@SIGNED
def test_session_that_ends_is_renewed_without_losing_the_page(owner, gateway, signed):
    open_link(owner, link(soon()))
    owner.get_by_role("button", name="Details weekly").click()
    expect(owner.get_by_text("in no way is it better")).to_be_visible()
    gateway.over = True
    move(owner, "Make live … v3", "why not")
    expect(owner.get_by_role("dialog").get_by_role("alert")).to_contain_text("Your session has expired")
    owner.get_by_role("button", name="Cancel").click()

    expect(owner.get_by_text("Sign in again: everything on this page stays")).to_be_visible()
    expect(owner.get_by_text("in no way is it better")).to_be_visible()
    gateway.over = False
    open_link(owner, link(soon()))
    expect(owner.get_by_text("Signed in.")).to_be_visible()
    expect(owner.get_by_text("in no way is it better")).to_be_visible()


def test_local_stage_is_open_and_shows_alarms_cost_reviews_and_quality(owner):
    expect(owner.get_by_text("no sign-in is needed")).to_be_visible()
    alarms = panel(owner, "Alarms")
    expect(alarms.get_by_role("listitem").first).to_contain_text("MonitoringCanarySilent")
    expect(alarms.get_by_role("listitem").first).to_contain_text("docs/runbook/CanarySilent.md")
    cost = panel(owner, "Cost of this month")
    expect(cost).to_contain_text("80% of US$25.00 used")
    expect(cost).to_contain_text("By the forecast, the month will cost more than its budget.")
    reviews = panel(owner, "Reviews collected")
    total = sum(day["reviews"] for day in DAYS)
    assert facts(reviews) == {"In 90 days": f"{total:,}", "Learners": "31"}
    expect(reviews.locator(".day-bar")).to_have_count(len(DAYS))
    first = DAYS[0]
    assert rows(reviews, "Reviews of each day")[0] == [
        "2 Nov 2026",
        f"{first['reviews']:,}",
        str(first["learners"]),
    ]
    expect(panel(owner, "How right the predictions were").get_by_label("Week", exact=True)).to_be_visible()


def test_report_opens_in_place_with_its_styles_and_plots_and_without_its_scripts(owner):
    owner.get_by_role("button", name="Details weekly").click()
    expect(owner.get_by_text("Compare with the live model: stopped the run:")).to_be_visible()
    owner.get_by_role("button", name="Open the report").click()
    frame = owner.frame_locator("iframe")

    expect(frame.get_by_role("heading", name="Training run weekly")).to_be_visible()
    decision = frame.locator(".decision")
    assert decision.evaluate("(e) => getComputedStyle(e).borderLeftStyle") == "solid"
    drawn = "(e) => [...e.querySelectorAll('path')].some((path) => getComputedStyle(path).stroke !== 'none')"
    assert frame.locator("svg").evaluate(drawn)
    assert owner.evaluate("window.ran") is None
    for theme, color in (("dark", "rgb(17, 19, 21)"), ("light", "rgb(255, 255, 255)")):
        owner.get_by_role("combobox", name="Theme").select_option(theme)
        expect(frame.locator("body")).to_have_css("background-color", color)
    assert frame.locator("html").evaluate("(e) => e.scrollHeight <= e.ownerDocument.defaultView.innerHeight")


def test_running_run_is_followed_until_it_ends(owner, stage, monkeypatch):
    owner.clock.install()
    owner.get_by_text("Start a training run").click()
    owner.get_by_label("Name (optional)").fill("now")
    owner.get_by_label("Also search for a better model").check()
    owner.get_by_label("Minutes to search", exact=True).last.fill("20")
    owner.get_by_role("button", name="Start", exact=True).click()
    owner.get_by_role("button", name="Details now").click()
    expect(owner.get_by_text("Take the reviews: at work")).to_be_visible()
    assert json.loads(stage.states.inputs["now"]) == {"automl_seconds": 1200}

    Run(stage.s3.lake, "now").keep("prepare", {"go": False, "why": "too few reviews"})
    stage.states.add("now")
    owner.clock.run_for(6_000)
    expect(owner.get_by_text("too few reviews")).to_be_visible()


def test_passing_outage_keeps_what_was_there_and_what_was_typed_and_is_asked_again(owner, stage):
    owner.clock.install()
    stage.states.add("now", "RUNNING")
    owner.reload()
    owner.get_by_role("button", name="Details now").click()
    expect(owner.get_by_text("Take the reviews: at work")).to_be_visible()
    owner.get_by_text("Start a training run").click()
    owner.get_by_label("Name (optional)").fill("typed")
    owner.route(re.compile("/v1/training/runs"), lambda route: route.abort())
    owner.clock.run_for(6_000)
    expect(owner.get_by_text("What is shown may be out of date.").first).to_be_visible()
    expect(owner.get_by_text("Take the reviews: at work")).to_be_visible()
    owner.unroute_all()
    Run(stage.s3.lake, "now").keep("prepare", {"go": False, "why": "too few reviews"})
    owner.clock.run_for(6_000)

    expect(owner.get_by_text("too few reviews")).to_be_visible()
    expect(owner.get_by_text("What is shown may be out of date.")).to_have_count(0)
    expect(owner.get_by_label("Name (optional)")).to_have_value("typed")


def test_hidden_page_asks_for_nothing(owner, gateway, stage):
    expect(panel(owner, "Alarms")).to_contain_text("1 alarm is on.")
    owner.clock.install()
    owner.evaluate("""() => {
        Object.defineProperty(document, "hidden", {value: true, configurable: true});
        document.dispatchEvent(new Event("visibilitychange"));
    }""")
    asked = len(gateway.requests)
    owner.clock.run_for(300_000)
    assert len(gateway.requests) == asked

    owner.evaluate("() => { delete document.hidden; document.dispatchEvent(new Event('visibilitychange')); }")
    expect(panel(owner, "Alarms")).to_contain_text("1 alarm is on.")
    owner.wait_for_function("() => performance.getEntriesByName !== undefined")
    assert gateway.requests[asked:] == [("GET", "/v1/operations/alarms")]


def test_model_is_promoted_with_a_reason_and_rolled_back(owner, stage, monkeypatch):
    monkeypatch.setattr(command, "judge_of", lambda *_: passed)
    owner.get_by_role("button", name="Make live … v3").click()
    owner.get_by_role("dialog").locator("button.primary").click()
    expect(owner.get_by_role("dialog").get_by_role("alert")).to_contain_text("Write why.")
    owner.keyboard.press("Escape")
    move(owner, "Make live … v3", "better on this week's reviews")
    expect(owner.get_by_text("v3 is live.")).to_be_visible()
    expect(models_shown(owner).filter(has_text="v3")).to_contain_text("live")
    assert stage.s3.pointer["version"] == "v3"

    move(owner, "Go back to the model before", "too optimistic")
    expect(owner.get_by_text("v2 is live.")).to_be_visible()
    newest = rows(panel(owner, "Models"), "Who moved what, and why")[0]
    assert newest[1:] == ["Gone back: v3 → v2", "arn:aws:sts::1:assumed-role/Operator/ann", "too optimistic"]


def test_refused_gate_is_said_and_nothing_moves(owner, stage, monkeypatch):
    monkeypatch.setattr(command, "judge_of", lambda *_: refused("on 100 reviews it is worse"))
    move(owner, "Make live … v3", "I like it")

    alert = owner.get_by_role("dialog").get_by_role("alert")
    expect(alert).to_contain_text("Refused, so nothing has changed")
    expect(alert).to_contain_text("on 100 reviews it is worse")
    assert stage.s3.pointer["version"] == "v2"


def test_move_goes_on_through_outages_while_its_dialog_is_closed(owner, gateway):
    owner.clock.install()
    move_of = {"id": "m1", "kind": "promote", "version": "v3", "status": "running"}
    owner.route(re.compile("/v3/promote$"), lambda route: route.fulfill(status=202, json=move_of))
    owner.route(re.compile("/moves/m1$"), lambda route: route.abort())
    move(owner, "Make live … v3", "why not")
    dialog = owner.get_by_role("dialog")
    expect(dialog).to_contain_text("The gates are at work.")
    owner.clock.run_for(7_000)
    expect(dialog.get_by_role("button", name="Make live")).to_be_disabled()
    dialog.get_by_role("button", name="Close").click()
    expect(panel(owner, "Models")).to_contain_text("The gates are at work.")
    ended = move_of | {"status": "refused", "why": "it is worse"}
    owner.route(re.compile("/moves/m1$"), lambda route: route.fulfill(json=ended))
    owner.clock.run_for(4_000)

    expect(panel(owner, "Models").get_by_role("alert")).to_contain_text("Make v3 live?")
    expect(panel(owner, "Models").get_by_role("alert")).to_contain_text("it is worse")
    assert not [each for each in gateway.requests if each[0] == "POST"]


@pytest.mark.slow
def test_move_that_failed_says_why_and_rollback_is_offered_only_where_there_is_one(owner, stage, monkeypatch):
    def broken(*_):
        raise LakeError("s3://lake/models/v3: denied")

    monkeypatch.setattr(command, "judge_of", lambda *_: broken)
    move(owner, "Make live … v3", "why not")
    alert = owner.get_by_role("dialog").get_by_role("alert")
    expect(alert).to_contain_text("As far as is known, nothing has changed: s3://lake/models/v3: denied")
    owner.get_by_role("button", name="Cancel").click()

    expect(owner.get_by_text("Live now: v2")).to_be_visible()
    move(owner, "Go back to the model before", "too optimistic")
    expect(owner.get_by_text("Live now: v1")).to_be_visible()
    expect(owner.get_by_role("button", name="Go back to the model before")).to_have_count(0)


def test_wrong_name_and_minutes_of_a_run_are_refused_before_anything_is_sent(owner, gateway):
    owner.get_by_text("Start a training run").click()
    owner.get_by_label("Name (optional)").fill("two words")
    owner.get_by_role("button", name="Start", exact=True).click()

    expect(owner.get_by_role("alert").filter(has_text="A name has 1 to 80 letters")).to_be_visible()
    owner.get_by_label("Name (optional)").fill("")
    owner.get_by_label("Also search for a better model").check()
    for minutes in ("", "0", "61"):
        owner.get_by_label("Minutes to search", exact=True).last.fill(minutes)
        owner.get_by_role("button", name="Start", exact=True).click()
        expect(owner.get_by_role("alert").filter(has_text="minutes to search: 1 to 60")).to_be_visible()
    assert ("POST", "/v1/training/runs") not in gateway.requests


def test_empty_stage_says_what_each_part_is_for(browser, built, endpoint):
    with (
        running(Gateway(Operated(), signed=False)) as url,
        serving(built, endpoint, {"url": url, "region": REGION, "signed": False}) as site,
        opened(browser, f"{site}#/operate", {}) as page,
    ):
        for title, words in {
            "Alarms": "No alarms are set up", "Models": "No model of your own yet",
            "Training runs": "No training run yet", "Reviews collected": "No reviews yet",
            "Cost of this month": "monthly_budget_usd",
            "How right the predictions were": "Nothing to compare yet",
        }.items():  # fmt: skip
            expect(panel(page, title)).to_contain_text(words)
        page.get_by_text("Start a training run").click()
        expect(page.get_by_text("set training_compute to batch")).to_be_visible()


def test_deployment_without_operations_says_which_setting_turns_them_on(page):
    page.get_by_role("link", name="Operate", exact=True).click()

    expect(page.get_by_text("reviews_retention_days")).to_be_visible()


def test_outage_is_said_and_asked_again(owner, stage):
    expect(panel(owner, "Alarms")).to_contain_text("1 alarm is on.")
    owner.route(re.compile("/v1/operations/alarms"), lambda route: route.abort())
    owner.reload()

    alert = panel(owner, "Alarms").get_by_role("alert")
    expect(alert).to_contain_text("can't be reached")
    owner.unroute_all()
    alert.get_by_role("button", name="Try again").click()
    expect(panel(owner, "Alarms")).to_contain_text("1 alarm is on.")


@pytest.mark.parametrize("context_options", [PHONE])
def test_phone_and_keyboard_are_enough_to_roll_back(owner, stage):
    owner.get_by_role("button", name="Go back to the model before").press("Enter")
    owner.get_by_role("dialog").get_by_label("Reason").press_sequentially("too optimistic")
    owner.keyboard.press("Enter")

    expect(owner.get_by_text("v1 is live.")).to_be_visible()
    assert stage.s3.pointer["version"] == "v1"
    assert owner.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("context_options", [PHONE])
def test_axe_has_no_finding_with_everything_open(owner):
    owner.get_by_role("button", name="Details weekly").click()
    owner.get_by_role("button", name="Open the report").click()
    expect(owner.frame_locator("iframe").get_by_role("heading", name="Training run weekly")).to_be_visible()
    for summary in owner.locator("summary").all():
        summary.click()
    assert findings(owner) == []
    owner.get_by_role("button", name="Make live … v3").click()

    assert findings(owner) == []


@SIGNED
def test_axe_has_no_finding_before_the_sign_in(owner, signed):
    owner.get_by_role("button", name="Sign in").click()

    assert findings(owner) == []
