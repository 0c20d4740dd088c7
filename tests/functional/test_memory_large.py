"""A request that is more than one transaction can have is written in parts, and stored as any other."""

from memory import table


def test_cards_too_large_for_one_transaction_are_written_in_several(memory, monkeypatch):
    sent = [
        {"event_id": f"e{n}", "card": f"c{n % 5}", "rating": 3, "reviewed_at": f"2026-11-20T08:{n:02}:00Z"}
        for n in range(40)
    ]
    whole = memory.study("ada", sent).body
    monkeypatch.setattr(table, "MOST_BYTES", 1_000)  # about three cards of eight reviews in Base64
    parts = memory.study("bea", sent).body

    assert (parts["accepted"], parts["results"]) == (40, whole["results"])
    assert memory.learner("bea").body | {"learner": "ada"} == memory.learner("ada").body
