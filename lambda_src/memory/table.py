"""The memory's table: learners and cards, read and written so that neither gets lost.

Every change of anything of a learner's also writes the learner's own item, on the condition that it still has
the version that was read. So changes of one learner come one after the other, whoever makes them.
"""

from __future__ import annotations

import os
from binascii import a2b_base64, b2a_base64

from memory.card import Card, pack_history, pack_states, unpack_history
from memory.errors import ConflictError, TooLargeError
from memory.learner import COUNTS_LAYOUT, Last, Learner, pack_known, unpack_known
from memory.reviews import pack_reviews, unpack_reviews
from recall.features import SECONDS_PER_DAY

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from memory.dynamodb import DynamoDB
    from memory.learner import Known

    Item = dict[str, dict[str, Any]]

LEARNER_ITEM, CARD_PREFIX = "#", "card#"
MARK = "erased"  # an attribute of the learner's item: see `Table.erase`
# In one transaction; the same number fits into a batch of reads:
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
MOST_ITEMS = 100
MOST_CARDS = MOST_ITEMS - 1  # beside the learner
# Seconds for which a learner's item outlives the last card: DynamoDB deletes what is over within some days.
LAST_TO_GO = 30 * 86_400
LARGE = ("reviews", "states")
MOST_BYTES = 4_000_000  # of these in base64, which is 3 MB of the 4 that a transaction may have
# What a due list needs of a learner's items, what an export does, and everything.
FOR_DUE = ("item", "history", "state", "target", MARK)
FOR_EXPORT = ("item", "reviews", MARK)
EVERYTHING = (
    *("item", "version", MARK, "history", "reviews", "model"),
    *("state", "before", "last", "counts", "target", "arrived"),
)


class Table:
    """The table's learners and cards.

    Parameters
    ----------
    client : DynamoDB
        Its role may read and write this one table.
    name : str
        The table's name.
    retention_days : int
        Days after its last change for which an item is kept.

    Every method raises `http_kit.errors.MemoryUnavailableError` while DynamoDB is down.
    """

    def __init__(self, client: DynamoDB, name: str, retention_days: int) -> None:
        self._client = client
        self._name = name
        self._retention = int(retention_days * SECONDS_PER_DAY)

    def load(self, learner: str, cards: Iterable[str] = ()) -> tuple[Learner | None, dict[str, Card]]:
        """Read a learner and some of their cards.

        Parameters
        ----------
        learner : str
            The learner's id.
        cards : iterable of str
            Ids of at most `MOST_CARDS` cards, each once.

        Returns
        -------
        tuple
            The learner (None: nothing is known of them), and the cards that there are, by their ids.
        """
        return self.load_many({learner: cards})[learner]

    def load_many(
        self, wanted: Mapping[str, Iterable[str]]
    ) -> dict[str, tuple[Learner | None, dict[str, Card]]]:
        """Read learners and some of their cards, at most `MOST_ITEMS` together; see `load`.

        Parameters
        ----------
        wanted : mapping of str to iterable of str
            The cards' ids, by the learners'.
        """
        keys = [
            _key(learner, item)
            for learner, cards in wanted.items()
            for item in (LEARNER_ITEM, *(CARD_PREFIX + card for card in cards))
        ]
        learners: dict[str, Learner] = {}
        known: dict[str, dict[str, Card]] = {learner: {} for learner in wanted}
        marked = []
        for item in self._items(keys):
            learner = item["learner"]["S"]
            if MARK in item:
                marked.append(learner)
            elif item["item"]["S"] == LEARNER_ITEM:
                learners[learner] = read_learner(item)
            else:
                known[learner][card_name(item)] = read_card(item)
        for learner in marked:
            self._finish_erasure(learner)
            known[learner] = {}
        return {learner: (learners.get(learner), cards) for learner, cards in known.items()}

    def _items(self, keys: list[Item]) -> Iterator[Item]:
        while keys:
            wanted = {self._name: {"Keys": keys, "ConsistentRead": True}}
            answer = self._client.call("BatchGetItem", {"RequestItems": wanted})
            yield from answer["Responses"].get(self._name, ())
            keys = answer.get("UnprocessedKeys", {}).get(self._name, {}).get("Keys", [])

    def pages(
        self, learner: str, attributes: Iterable[str], after: str | None = None
    ) -> Iterator[list[Item]]:
        """Yield a learner's items in pages of about 1 MB as stored: the learner first, then the cards.

        Parameters
        ----------
        learner : str
            The learner's id.
        attributes : iterable of str
            Names of the attributes to read.
        after : str, optional
            The id of the card behind which to begin; then the learner's own item isn't among them.
        """
        names = {f"#{index}": name for index, name in enumerate(attributes)}
        query: dict[str, Any] = {
            "TableName": self._name,
            "ConsistentRead": True,
            "KeyConditionExpression": "learner = :learner",
            "ExpressionAttributeValues": {":learner": {"S": learner}},
            "ProjectionExpression": ", ".join(names),
            "ExpressionAttributeNames": names,
        }
        if after is not None:
            query["ExclusiveStartKey"] = _key(learner, CARD_PREFIX + after)
        while True:
            answer = self._client.call("Query", query)
            if answer["Items"] and MARK in answer["Items"][0]:
                self._finish_erasure(learner)
                return
            yield answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def commit(self, name: str, learner: Learner, cards: dict[str, Card], now: float) -> None:
        """Write a learner and changed cards, all or nothing; a card without reviews is deleted.

        Parameters
        ----------
        name : str
            The learner's id.
        learner : Learner
            As `load` returned it, or new, and changed since; gets its new version.
        cards : dict of str to Card
            The changed ones, at most `MOST_CARDS`, by their ids; they get the same version.
        now : float
            Seconds since 1970.

        Raises
        ------
        ConflictError
            If one of them was changed by somebody else since it was loaded: then nothing is written.
        TooLargeError
            If they are more than a transaction can have; one card never is.
        """
        self.commit_many({name: (learner, cards)}, now)

    def commit_many(self, changes: Mapping[str, tuple[Learner, dict[str, Card]]], now: float) -> None:
        """Write learners with their changed cards, all or nothing; see `commit`.

        Parameters
        ----------
        changes : mapping of str to tuple of Learner and dict of str to Card
            By the learners' ids; at most `MOST_ITEMS` learners and cards together.
        now : float
            Seconds since 1970.
        """
        versions = {name: _next_version(learner, now) for name, (learner, _) in changes.items()}
        writes = [
            write
            for name, (learner, cards) in changes.items()
            for write in self._writes(name, learner, cards, versions[name], now)
        ]
        stored = [write["Put"]["Item"] for write in writes if "Put" in write]
        if sum(len(item[name]["B"]) for item in stored for name in LARGE if name in item) > MOST_BYTES:
            raise TooLargeError
        token = os.urandom(16).hex()  # so that a repeated request counts once
        self._client.call("TransactWriteItems", {"TransactItems": writes, "ClientRequestToken": token})
        for name, (learner, cards) in changes.items():
            learner.version = versions[name]
            for card in cards.values():
                card.version = versions[name]

    def _writes(
        self, name: str, learner: Learner, cards: dict[str, Card], version: int, now: float
    ) -> list[dict[str, Any]]:
        expires = {"expires_at": {"N": str(int(now) + self._retention)}, "version": {"N": str(version)}}
        longer = {"expires_at": {"N": str(int(now) + self._retention + LAST_TO_GO)}}
        writes = [
            self._put(
                _key(name, LEARNER_ITEM) | learner_attributes(learner) | expires | longer, learner.version
            )
        ]
        for card_id, card in cards.items():
            key = _key(name, CARD_PREFIX + card_id)
            if card.history is None:
                writes.append(self._delete(key, card.version))
            else:
                writes.append(self._put(key | card_attributes(card) | expires, card.version))
        return writes

    def erase(self, learner: str) -> int:
        """Delete everything of a learner; return how many cards there were.

        The learner's item becomes a mark that refuses all other writes, and goes last. Whoever meets the
        mark, also to read, finishes what was begun. Cards are deleted only while the mark is there, so that a
        slow second caller can't touch those of a learner who has begun anew.
        """
        if not self._keys(learner, Limit=1):
            return 0
        mark = _key(learner, LEARNER_ITEM) | {MARK: {"BOOL": True}}
        self._client.call("PutItem", {"TableName": self._name, "Item": mark})
        return self._finish_erasure(learner)

    def _finish_erasure(self, learner: str) -> int:
        """Delete what is left of a learner who is being erased; return how many cards that were."""
        deleted = 0
        while True:
            keys = self._keys(learner)
            if not keys or MARK not in keys[0]:
                return deleted
            cards = keys[1:]
            try:
                # Without cards, the mark itself is the last to go.
                for start in range(0, len(cards) or 1, MOST_CARDS):
                    some = cards[start : start + MOST_CARDS]
                    self._delete_marked(learner, some)
                    deleted += len(some)
            except ConflictError:
                continue  # somebody else erases this learner too

    def _keys(self, learner: str, **options: int) -> list[Item]:
        """Return a page of the keys of a learner's items; the first may be the mark of an erasure."""
        answer = self._client.call(
            "Query",
            {
                "TableName": self._name,
                "ConsistentRead": True,
                "KeyConditionExpression": "learner = :learner",
                "ExpressionAttributeValues": {":learner": {"S": learner}},
                "ProjectionExpression": f"#item, {MARK}",
                "ExpressionAttributeNames": {"#item": "item"},
                **options,
            },
        )
        items: list[Item] = answer["Items"]
        return items

    def _delete_marked(self, learner: str, cards: list[Item]) -> None:
        """Delete cards of a learner who bears the mark of an erasure; the mark, if there are none."""
        marked: dict[str, Any] = {
            "TableName": self._name,
            "Key": _key(learner, LEARNER_ITEM),
            "ConditionExpression": f"attribute_exists({MARK})",
        }
        deletes = [
            {"Delete": {"TableName": self._name, "Key": _key(learner, card["item"]["S"])}} for card in cards
        ]
        mark = {"ConditionCheck": marked} if cards else {"Delete": marked}
        self._client.call("TransactWriteItems", {"TransactItems": [mark, *deletes]})

    def _put(self, item: Item, version: int) -> dict[str, Any]:
        return {"Put": {"TableName": self._name, "Item": item, **_condition(version)}}

    def _delete(self, key: Item, version: int) -> dict[str, Any]:
        return {"Delete": {"TableName": self._name, "Key": key, **_condition(version)}}


def _condition(version: int) -> dict[str, Any]:
    if not version:
        return {"ConditionExpression": "attribute_not_exists(learner)"}
    return {
        "ConditionExpression": "#version = :version",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":version": {"N": str(version)}},
    }


def _next_version(learner: Learner, now: float) -> int:
    # The clock's microseconds: a learner who begins anew never meets a version of before.
    return learner.version + 1 if learner.version else int(now * 1_000_000)


def _key(learner: str, item: str) -> Item:
    return {"learner": {"S": learner}, "item": {"S": item}}


def _bytes(data: bytes) -> dict[str, str]:
    return {"B": b2a_base64(data, newline=False).decode()}


def card_name(item: Item) -> str:
    """Return the id of the card that an item holds."""
    name: str = item["item"]["S"]
    return name.removeprefix(CARD_PREFIX)


def card_attributes(card: Card) -> Item:
    """Return what a card's item has beside its key, its version and the end of its retention."""
    if card.history is None:
        raise ValueError("a card without reviews has no item")
    attributes: Item = {
        "history": _bytes(pack_history(card.history)),
        "reviews": _bytes(pack_reviews(card.reviews)),
        "model": {"S": card.model},
    }
    return attributes | ({"states": _bytes(pack_states(card.states))} if card.states else {})


def read_card(item: Item) -> Card:
    """Return the card that an item holds."""
    return Card(
        unpack_reviews(a2b_base64(item["reviews"]["B"])),
        unpack_history(a2b_base64(item["history"]["B"])),
        int(item["version"]["N"]),
        item["model"]["S"],
    )


def learner_attributes(learner: Learner) -> Item:
    """Return what a learner's item has beside its key, its version and the end of its retention."""
    attributes: Item = {
        "state": _bytes(pack_known(learner.known)),
        "counts": _bytes(COUNTS_LAYOUT.pack(*learner.counts)),
        "target": {"S": repr(learner.target)},  # a number of DynamoDB's is at least 1e-130
        "arrived": {"N": str(learner.seq)},
    }
    if learner.last is not None:
        attributes["last"] = {"L": [{"S": learner.last.event_id}, {"S": learner.last.card}]}
        attributes["before"] = _bytes(pack_known(learner.last.before))
    return attributes


def read_target_and_known(item: Item) -> tuple[float, Known]:
    """Return what a due list needs of a learner's item."""
    return float(item["target"]["S"]), unpack_known(a2b_base64(item["state"]["B"]))


def read_learner(item: Item) -> Learner:
    """Return the learner that an item holds."""
    learner = Learner(int(item["version"]["N"]))
    learner.target, learner.known = read_target_and_known(item)
    learner.counts = list(COUNTS_LAYOUT.unpack(a2b_base64(item["counts"]["B"])))
    learner.seq = int(item["arrived"]["N"])
    if "last" in item:
        event_id, card = (each["S"] for each in item["last"]["L"])
        learner.last = Last(event_id, card, unpack_known(a2b_base64(item["before"]["B"])))
    return learner
