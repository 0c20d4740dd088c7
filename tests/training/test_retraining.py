"""A training run, step by step: what it learns from, what it must beat, and how it goes on after a stop."""

import pytest

from model_training import cli
from model_training.fitting.starting_point import default_model
from model_training.registry.gates import GateError
from model_training.registry.pointer import live_version
from model_training.registry.promote import promote
from model_training.registry.publish import load_release, store
from model_training.registry.stored_model import read_json
from model_training.registry.trust import trust
from model_training.retraining import STEPS, steps
from model_training.retraining.run import Run, RunError
from model_training.retraining.served import served
from model_training.retraining.steps import do
from tests.training.fake_s3 import FakeS3
from tests.training.logs import simulated
from tests.training.releases import passed, release
from tests.training.signers import write_key
from tests.training.stored_reviews import NOW, Table, prepared, retentive

pytestmark = pytest.mark.slow

CARD = (7.0, 3.0, 3.0)


def done(run, *names):
    """Do steps and return the last one's output."""
    for name in names:
        output = prepared(run, retentive()) if name == "prepare" else do(run, name, NOW)
    return output


def again(lake, *names):
    """Return another run that found the same as the first one in these steps."""
    first, run = Run(lake, "first"), Run(lake, "again")
    for name in names:
        run.keep(name, first.output(name))
    for key in lake.keys(first.samples("")):
        lake.write(key.replace("first", "again"), lake.read(key).body)
    return run


def copy_of(s3):
    """Return a lake with the same objects."""
    copied = FakeS3()
    copied.objects = dict(s3.objects)
    return copied


@pytest.fixture(scope="module")
def trained():
    """Give a lake in which a run has gone all the way; only to look at."""
    s3 = FakeS3()
    done(Run(s3.lake, "first"), *STEPS)
    return s3


@pytest.fixture
def lake():
    """Give a lake without a model."""
    return FakeS3().lake


def test_run_on_learners_who_remember_more_makes_a_model_live_that_predicts_more_recall(trained):
    lake = trained.lake
    version = live_version(lake)
    assert served(lake, version).three_inputs([CARD])[0] > served(lake, None).three_inputs([CARD])[0] + 0.02
    assert trained.moves[-1]["after"] == version
    assert trained.moves[-1]["by"] == "run first"
    assert trained.moves[-1]["why"] == ""  # a reason would force what the gates refuse


def test_judging_reviews_are_newer_than_all_that_the_challenger_learned_from(trained):
    run = Run(trained.lake, "first")
    prepared, learned, judged = (run.output(step) for step in ("prepare", "train", "evaluate"))
    challenger = served(trained.lake, learned["challengers"][0])
    assert challenger.newest_review.isoformat() < prepared["held_out_from"]
    assert judged["reviews"] == prepared["held_out"]
    assert prepared["held_out"] == pytest.approx(0.2 * prepared["scored"], rel=0.05)


def test_figures_are_of_both_models_on_the_same_reviews(trained):
    output = Run(trained.lake, "first").output("evaluate")
    version, comparison = next(iter(output["comparisons"].items()))
    for way, result in comparison.items():
        champion, challenger = (
            output["figures"][name][way]["weighted_log_loss"] for name in (default_model().name, version)
        )
        assert result["difference"] == pytest.approx(challenger - champion, abs=2e-6)
        assert result["interval"][0] < result["difference"] < result["interval"][1] < result["bound"] < 0.002


def test_the_same_reviews_again_promote_nothing(trained):
    run = Run(copy_of(trained).lake, "second")
    output = done(run, "prepare")
    assert not output["go"]
    assert output["why"].startswith("0 scored reviews are newer than what the live model was trained on")
    assert done(run, "promote") == output


def test_what_won_is_fitted_once_more_to_all_reviews_and_goes_live(trained):
    run = Run(trained.lake, "first")
    chosen, refitted = run.output("gate")["version"], run.output("refit")
    assert refitted["judged"] == chosen != refitted["version"] == live_version(trained.lake)
    newest = max(retentive()["reviewed_at"]).to_pydatetime().replace(microsecond=0)
    assert served(trained.lake, refitted["version"]).newest_review == newest
    assert served(trained.lake, chosen).newest_review < newest


def test_decision_lies_beside_the_model_that_went_live(trained):
    decision = read_json(trained.lake, f"models/{live_version(trained.lake)}/decision.json")
    evaluated = Run(trained.lake, "first").output("evaluate")
    assert decision["comparisons"] == evaluated["comparisons"]
    assert (decision["judged"], decision["run"]) == (next(iter(evaluated["comparisons"])), 1)
    assert read_json(trained.lake, f"models/decisions/{default_model().name}/run-first.json")["run"] == 1


def test_run_after_one_that_promoted_nothing_spends_less_of_the_chance_of_error(trained):
    lake = copy_of(trained).lake
    evaluated = done(again(lake, "prepare", "train"), "evaluate")
    assert evaluated["run"] == 2
    assert evaluated["tail"] == Run(lake, "first").output("evaluate")["tail"] / 4


def test_run_that_few_learners_judge_leaves_the_decision_to_the_owner_and_says_how(trained):
    lake = copy_of(trained).lake
    evaluated = Run(lake, "first").output("evaluate") | {"learners": 7}
    run = again(lake, "prepare", "train")
    run.keep("evaluate", evaluated)
    output = done(run, "gate")
    version = next(iter(evaluated["comparisons"]))
    assert not output["go"]
    said = f"the live model stays. {version}: 7 learner(s) judge, and with fewer than 8 "
    assert output["why"].startswith(said)
    assert output["why"].endswith('to make one live all the same: promote <version> --force "reason"')


def test_model_that_is_worse_than_a_constant_once_it_is_refitted_stops_the_run(trained, monkeypatch):
    run = again(copy_of(trained).lake, "prepare", "train", "evaluate", "gate")
    spoiled = release(1)
    monkeypatch.setattr(steps, "fit_again", lambda *_: store(spoiled, run.lake) or spoiled.version)
    output = done(run, "refit")
    assert not output["go"]
    assert output["why"].startswith("v1, fitted to all reviews: from three inputs its log loss is")


def test_reviews_that_the_live_model_was_trained_on_judge_no_challenger(trained):
    lake = copy_of(trained).lake
    seen = served(lake, live_version(lake)).newest_review
    newer = done(Run(lake, "second"), "prepare")
    assert newer["held_out_from"] > seen.isoformat()


def test_live_model_fitted_on_all_reviews_leaves_none_to_judge_by(lake, tmp_path):
    reviews = tmp_path / "log.parquet"
    retentive().drop(columns=["duration_ms", "day", "kind"]).to_parquet(reviews)
    assert cli.main(["fit", str(reviews), "--out", str(tmp_path / "model")]) == 0
    mine = load_release(tmp_path / "model")
    lake.write(mine.key(mine.model_file), mine.model)
    lake.write(mine.key("card.json"), mine.card)
    promote(lake, mine.version, by="me", judge=passed, now=NOW)
    output = done(Run(lake, "run"), "prepare")
    assert not output["go"]
    assert output["why"].startswith("0 scored reviews are newer than what the live model was trained on")


@pytest.mark.parametrize(
    ("reviews", "why"),
    [
        (simulated().head(0), "no reviews are stored"),
        (simulated().head(60), "120 are needed"),
        (simulated().assign(rating=3), "recalled and failed ones"),
    ],
    ids=["none", "few", "one outcome"],
)
def test_run_without_enough_reviews_stops_and_says_how_many(reviews, why):
    output = prepared(Run(FakeS3().lake, "run"), reviews)
    assert output["go"] is False
    assert why in output["why"]


def test_step_that_is_done_is_not_done_again(lake):
    run = Run(lake, "run")
    first = done(run, "prepare")
    assert run.do("prepare", pytest.fail) == first


def test_killed_run_goes_on_and_comes_to_the_same_model(lake, monkeypatch):
    run = Run(lake, "run")
    done(run, "prepare")
    keep = Run.keep

    def killed(self, step, output):
        raise KeyboardInterrupt

    monkeypatch.setattr(Run, "keep", killed)
    with pytest.raises(KeyboardInterrupt):
        done(run, "train")  # the model is stored, the step isn't done
    monkeypatch.setattr(Run, "keep", keep)
    stored = {key for key in lake.keys("models/") if key.endswith("model.json")}
    version = done(run, "train")["challengers"][0]
    assert stored == {f"models/{version}/model.json"}


def test_step_before_its_time_says_which_must_come_first(lake):
    with pytest.raises(RunError, match="the step prepare must be done first"):
        do(Run(lake, "run"), "train", NOW)


def test_model_that_somebody_made_live_meanwhile_stays(trained):
    copied = copy_of(trained)
    copied.objects.pop("models/current.json")
    lake = copied.lake
    run = again(lake, "prepare", "train", "evaluate", "gate", "refit")
    other = release(1)
    lake.write(other.key(other.model_file), other.model)
    lake.write(other.key("card.json"), other.card)
    promote(lake, "v1", by="me", judge=passed, now=NOW)
    output = done(run, "promote")
    assert not output["go"]
    assert "v1 was made live meanwhile" in output["why"]
    assert live_version(lake) == "v1"


def test_lake_that_trusts_somebody_keeps_its_model_until_a_person_signs_the_new_one(lake, tmp_path):
    write_key(tmp_path)
    pem = (tmp_path / "public-private.pem").read_bytes()
    trust(lake, pem, "public-private.pem", by="me", now=NOW)
    run = Run(lake, "run")
    output = done(run, *STEPS)

    assert not output["go"]
    assert "isn't signed: publish it again, with --sign-key" in output["why"]
    assert live_version(lake) is None


def test_model_that_the_promotion_refuses_stops_the_run_with_the_reason(trained, monkeypatch):
    run = again(copy_of(trained).lake, "prepare", "train", "evaluate", "gate", "refit")

    def refuse(*_, **__):
        raise GateError("v1: recall rises with elapsed days")

    monkeypatch.setattr(steps, "move_live", refuse)
    assert done(run, "promote") == {"go": False, "why": "v1: recall rises with elapsed days"}


@pytest.mark.parametrize("name", ["../models", "x" * 81, "-x"])
def test_run_that_could_leave_its_folder_is_refused(name):
    with pytest.raises(RunError, match="1 to 80 letters"):
        Run(FakeS3().lake, name)


@pytest.fixture
def command(lake, monkeypatch):
    """Let the command find a lake, and a table with the given reviews."""

    def found(reviews):
        monkeypatch.setattr("model_training.registry.lake.find_lake", lambda *_: lake)
        monkeypatch.setattr("model_training.registry.table.find_table", lambda *_: Table(reviews))

    return found


def test_command_does_the_steps_that_are_left_and_prints_each(command, capsys):
    command(retentive())
    assert cli.main(["retrain", "--run", "r", "--steps", "prepare"]) == 0
    assert cli.main(["retrain", "--run", "r"]) == 0
    said = capsys.readouterr().out.splitlines()
    report = "report: s3://lake/reports/runs/r/report.html"
    assert said == ["prepare: done", *(f"{step}: done" for step in STEPS), report]


def test_command_prints_why_a_run_stopped_and_the_next_step_does_so_with_a_report(command, capsys):
    command(simulated().head(0))
    assert cli.main(["retrain", "--run", "r", "--steps", "prepare"]) == 0
    assert cli.main(["retrain", "--run", "r", "--steps", "train"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "prepare: stopped: no reviews are stored: send some first",
        "train: stopped: no reviews are stored: send some first",
        "report: s3://lake/reports/runs/r/report.html",
    ]
