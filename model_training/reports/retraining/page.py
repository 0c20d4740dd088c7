"""A run's report for people: one HTML page that needs nothing else, made of what the run's steps wrote.

It can be made at any time, so a run that stopped or failed has one as far as it came.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template

from model_training.reports.page import STYLE, figures_html, table_html
from model_training.reports.retraining import plots, tables
from model_training.reports.retraining.words import OUTPUTS, decision
from model_training.retraining.run import REPORT, Output, Run
from model_training.retraining.served import HISTORY, THREE_INPUTS, Served, served

_PAGE = Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))
WAYS = {THREE_INPUTS: "From three inputs", HISTORY: "From review histories"}
SIMULATED = "These reviews are simulated: the figures say nothing about people."


def write_report(run: Run, failure: str | None = None) -> str:
    """Write a run's report into the lake, over the one that was there.

    Parameters
    ----------
    run : Run
        Of which at least no step is done.
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
    return _PAGE.substitute(
        style=STYLE,
        run=escape(run.name),
        decision=escape(decision(outputs, failure)),
        steps=_steps(outputs),
        data=_data(prepared) if "profile" in prepared else "<p>There is nothing to show yet.</p>",
        candidates=_candidates(prepared, evaluated) if evaluated else "<p>No models were compared.</p>",
        changes=_changes(_models(run, outputs)) if "train" in outputs else "<p>No model was trained.</p>",
    )


def _steps(outputs: dict[str, Output]) -> str:
    """Return the steps as a list: done, stopped and why, or not done."""
    states = (
        (step, "not done" if step not in outputs else "done" if outputs[step]["go"] else "stopped the run")
        for step in OUTPUTS
    )
    return "".join(f"<li><b>{step}</b> {state}</li>" for step, state in states)


def _data(prepared: Output) -> str:
    note = f"<p><b>{SIMULATED}</b></p>" if prepared["data"]["simulated"] else ""
    figures = figures_html(plots.spread_plots(prepared["profile"]["spread"]))
    return f'{note}{table_html(tables.profile_table(prepared))}<div class="plots">{figures}</div>'


def _candidates(prepared: Output, evaluated: Output) -> str:
    champion = prepared["champion"]
    about = (
        f"{evaluated['reviews']:,} judging reviews of {evaluated['learners']:,} learner(s), newer than "
        f"all that the models learned from. Intervals: bootstrap over whole {evaluated['resampled']}s."
    )
    sections = (
        f"<h3>{title}</h3>"
        + table_html(tables.candidates_table(evaluated, champion, way))
        + f'<div class="plots">{figures_html(plots.reliability_plots(evaluated, champion, way))}</div>'
        for way, title in WAYS.items()
        if any(way in ways for ways in evaluated["figures"].values())
    )
    return f'<p class="note">{about}</p>' + "".join(sections)


def _models(run: Run, outputs: dict[str, Output]) -> list[Served]:
    """Return the models that were compared, the live one first."""
    versions = (outputs["prepare"]["live"], *outputs["train"]["challengers"])
    return [served(run.lake, version) for version in versions]


def _changes(models: list[Served]) -> str:
    return (
        table_html(tables.typical_table(models))
        + f'<div class="plots wide">{figures_html([plots.curves_plot(models)])}</div>'
        + "<details><summary>The cards that every model's card records</summary>"
        + table_html(tables.recorded_table(models))
        + "</details>"
    )
