"""Every deck in the lake becomes a due list."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from model_training.due.errors import DueError
from model_training.due.formats import READERS
from model_training.due.lists import DUE_JSON, DUE_PARQUET, write_lists
from model_training.due.scoring import Question, score
from model_training.due.states import States
from model_training.due.table import Deck
from model_training.engines.duck import database
from model_training.registry.default_model import DEFAULT_MODEL, default_version
from model_training.registry.lake import Lake
from model_training.registry.pointer import live_version
from model_training.registry.stored_model import read_model
from recall.artifact import Artifact, decode
from recall.pointer import OWN_FORMATS

if TYPE_CHECKING:
    from lake.table import ReviewTable

DECKS, DUE = "decks/", "due/"
PROBLEMS_JSON = "problems.json"


@dataclass
class DueLists:
    """The due lists that were made.

    Parameters
    ----------
    date : str
        The lists' day in UTC, ISO 8601.
    model_version : str
        The version of the model that scored the decks.
    decks : dict
        By a deck's name: its ``cards`` and ``learners``, how many cards are ``due`` by the end of the day,
        and how many rows are ``unused``, which its problems.json explains.
    """

    date: str
    model_version: str
    decks: dict[str, dict[str, int]] = field(default_factory=dict)

    def as_result(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


def make_due_lists(
    lake: Lake, open_table: Callable[[], ReviewTable], now: datetime, target_recall: float
) -> DueLists:
    """Score every deck with the live model, and write its due list.

    Parameters
    ----------
    lake : Lake
        With decks under ``decks/``; the lists go to ``due/<deck>/date=<day>/``.
    open_table : callable
        Returns the table of reviews; called if a deck names cards and nothing else.
    now, target_recall
        The lists' moment, aware of its time zone, and the recall at which a card is due; see `Question`.

    Raises
    ------
    DueError
        Naming all decks that can't be used; the lists of all others are written.
    LakeError, ArtifactError, TableError
        If S3 refuses or can't be reached; if the live model can't be served; if the table can't be reached.
    """
    decks, version = _decks(lake), live_version(lake)
    done = DueLists(now.astimezone(UTC).date().isoformat(), version or default_version())
    if not decks:
        return done
    question = Question(done.model_version, _model(lake, version), now, target_recall)
    failures = []
    with database() as connection:
        states = States(connection, open_table, now)
        for name, keys in decks.items():
            try:
                done.decks[name] = _make(lake, name, keys, question, states)
            except DueError as error:
                failures.append(str(error))
    if failures:
        raise DueError("; ".join(failures))
    return done


def _model(lake: Lake, version: str | None) -> Artifact:
    """Return the live model, which is the one that ships with the function while no version is live."""
    if version is None:
        return decode(DEFAULT_MODEL.read_bytes())
    stored = read_model(lake, version)
    if stored.format in OWN_FORMATS:
        raise DueError(
            f"the live model {version} is one of your own ({stored.format}): its forgetting curves have no "
            "formula, which due lists need; ask POST /v1/schedule, or promote a model that `recall fit` made"
        )
    return decode(stored.body)


def _decks(lake: Lake) -> dict[str, list[str]]:
    """Return the decks' keys by name; a name should have one."""
    decks: dict[str, list[str]] = {}
    for key in lake.keys(DECKS):
        if not key.endswith("/"):  # what S3's console makes for an empty folder
            decks.setdefault(str(PurePosixPath(key.removeprefix(DECKS)).with_suffix("")), []).append(key)
    return decks


def _make(lake: Lake, name: str, keys: list[str], question: Question, states: States) -> dict[str, int]:
    """Write a deck's list, and what is wrong with its rows; return its figures of `DueLists`."""
    prefix = f"{DUE}{name}/date={question.day}/"
    with _opened(lake, keys, question.now, states) as (deck, folder):
        score(deck, states, question)
        rows, problems = deck.rows(), deck.problems()
        found = {"deck": keys[0], "rows": rows, "problems": problems}
        lake.write(prefix + PROBLEMS_JSON, json.dumps(found, indent=2, ensure_ascii=False).encode() + b"\n")
        unused = sum(problem["rows"] for problem in problems)
        if unused == rows:
            reasons = (
                ", ".join(f"{problem['rows']:,} × {problem['reason']}" for problem in problems) or "empty"
            )
            raise DueError(f"{deck.where}: none of its {rows:,} rows can be used ({reasons}); correct it")
        written = write_lists(deck, folder, question.day, question.about())
        for file in (DUE_PARQUET, DUE_JSON):
            with folder.joinpath(file).open("rb") as body:
                lake.write(prefix + file, body)
    return written._asdict() | {"unused": unused}


@contextmanager
def _opened(lake: Lake, keys: list[str], now: datetime, states: States) -> Iterator[tuple[Deck, Path]]:
    """Open a deck, and a folder for its lists; both are gone at the end."""
    where = f"s3://{lake.bucket}/{keys[0]}"
    suffix = PurePosixPath(keys[0]).suffix
    if len(keys) > 1:
        raise DueError(f"{where}: {keys[1]} has the same name; rename one of them")
    if suffix not in READERS:
        raise DueError(f"{where}: a deck must end with {', '.join(READERS)}; convert or delete it")
    stored = lake.read(keys[0])
    if stored is None:
        raise DueError(f"{where}: was deleted while the lists were made; run it again")
    with TemporaryDirectory(prefix="recall-due-") as scratch:
        folder = Path(scratch)
        path = folder / f"deck{suffix}"
        path.write_bytes(stored.body)
        del stored  # it may be large
        with states.beside() as connection:
            yield Deck(connection, path, where, now), folder
