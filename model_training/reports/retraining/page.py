"""A run's report for people: one HTML page, made of what the run's steps wrote.

It can be made at any time, so a run that stopped or failed has one as far as it came.
"""

from __future__ import annotations

from typing import Any

from model_training.registry.stored_model import read_card
from model_training.reports.page import render
from model_training.reports.retraining import plots, tables
from model_training.reports.retraining.words import OUTPUTS, decision, minus
from model_training.retraining.run import REPORT, Output, Run
from model_training.retraining.served import WAYS, ServedModel, served


def write_report(run: Run, failure: str | None = None) -> str:
    """Write a run's report into the lake, over the one that was there.

    Parameters
    ----------
    run : Run
        The run; none of its steps need be done.
    failure : str, optional
        Why its next step failed.

    Returns
    -------
    str
        The report's key.

    Raises
    ------
    LakeError, ArtifactError
        If S3 refuses or can't be reached; if a model that was compared is gone.
    """
    key = run.key(REPORT)
    run.lake.write(key, html_report(run, failure).encode())
    return key


def html_report(run: Run, failure: str | None = None) -> str:
    """Return the page; parameters and errors as of `write_report`."""
    found = {step: run.output(step) for step in OUTPUTS}
    outputs = {step: output for step, output in found.items() if output is not None}
    prepared, evaluated = outputs.get("prepare", {}), outputs.get("evaluate")
    return render(
        "retraining.html",
        run=run.name,
        decision=decision(outputs, failure),
        steps=[(step, _state(outputs.get(step))) for step in OUTPUTS],
        data=_data(prepared) if "profile" in prepared else None,
        candidates=_candidates(prepared["champion"], evaluated, outputs.get("gate")) if evaluated else None,
        changes=_changes(_models(run, outputs)) if "train" in outputs else None,
        searches=_searches(run, outputs["train"]["challengers"]) if "train" in outputs else {},
    )


def _state(output: Output | None) -> str:
    if output is None:
        return "not done"
    return "done" if output["go"] else "stopped the run"


def _data(prepared: Output) -> dict[str, Any]:
    return {
        "simulated": prepared["data"]["simulated"],
        "profile": tables.profile_table(prepared),
        "spread": plots.spread_plots(prepared["profile"]["spread"]),
    }


def _candidates(champion: str, evaluated: Output, gated: Output | None) -> dict[str, Any]:
    return {
        "reviews": evaluated["reviews"],
        "learners": evaluated["learners"],
        "run": evaluated["run"],
        "chance": f"{evaluated['tail']:.2%}",
        "margin": evaluated["margin"],
        "decision": tables.decision_table(evaluated, champion),
        "against": {}
        if gated is None
        else {version: [minus(each) for each in reasons] for version, reasons in gated["against"].items()},
        "ways": [
            {
                "title": title[0].upper() + title[1:],
                "figures": tables.candidates_table(evaluated, champion, way),
                "reliability": plots.reliability_plots(evaluated, champion, way),
            }
            for way, title in WAYS.items()
            if any(way in ways for ways in evaluated["figures"].values())
        ],
    }


def _searches(run: Run, challengers: list[str]) -> dict[str, Any]:
    """Return what AutoML tried, by the challenger that it found."""
    found = {version: read_card(run.lake, version).get("automl", {}) for version in challengers}
    return {
        version: {"seconds": automl["seconds"], "table": tables.search_table(automl)}
        for version, automl in found.items()
        if "searched" in automl
    }


def _models(run: Run, outputs: dict[str, Output]) -> list[ServedModel]:
    """Return the models that were compared, the live one first."""
    versions = (outputs["prepare"]["live"], *outputs["train"]["challengers"])
    return [served(run.lake, version) for version in versions]


def _changes(models: list[ServedModel]) -> dict[str, Any]:
    return {
        "typical": tables.typical_table(models),
        "curves": plots.curves_plot(models),
        "recorded": tables.recorded_table(models),
    }
