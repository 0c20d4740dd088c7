"""Decks to study come out of tables and of Anki's packages as plain text, with ids that stay."""

import pytest

from tests.browser.readers.reading import asked
from tests.training.collections import export_apkg, open_collection


@pytest.fixture
def deck(page, tmp_path):
    """Give a function that writes a deck and lets the page read it."""

    def deck(content, name="words.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content.encode(encoding))
        return asked(page, "deckOf", path)

    return deck


def sides(found):
    return [(card["front"], card["back"]) for card in found["cards"]]


WORDS = [("Haus", "house"), ("Katze", "cat, tomcat")]


@pytest.mark.parametrize(
    "text",
    [
        'Haus,house\nKatze,"cat, tomcat"\n',
        "Haus\thouse\r\nKatze\tcat, tomcat\r\n",
        "Haus;house\nKatze;cat, tomcat",
        'Front,Back\nHaus,house\nKatze,"cat, tomcat"\n',
        "\ufeffÜbersetzung;Begriff\nhouse;Haus\ncat, tomcat;Katze\n",
        "id,note,term,definition\n1,x,Haus,house\n2,y,Katze,\"cat, tomcat\"\n",
        'sep=;\nFront;Back\nHaus;house\nKatze;"cat, tomcat"\n',
        "#separator:tab\n#html:true\nHaus\thouse\nKatze\tcat, tomcat\n",
        "#separator:Semicolon\n#columns:Back;Front;Tags\nhouse;Haus;x\ncat, tomcat;Katze;y\n",
        "#separator:tab\n#guid column:1\n#notetype column:2\n#deck column:3\n#tags column:6\n"
        "g1\tBasic\tGerman\tHaus\thouse\t\ng2\tBasic\tGerman\tKatze\tcat, tomcat\t\n",
    ],
    ids=["commas", "tabs", "semicolons", "names", "german", "ids", "excel", "anki", "columns", "guids"],
)  # fmt: skip
def test_deck_in_any_form_gives_its_cards(deck, text):
    assert sides(deck(text)) == WORDS


def test_ids_are_the_files_own_or_those_of_the_fronts(deck):
    own = deck(f"id,front,back\nx 1,Haus,house\n{'x' * 129},Katze,cat\n")
    assert own["cards"][0]["id"] == "x 1"
    assert len(own["cards"][1]["id"]) == 16  # the memory takes 128 characters

    first, again = deck("Haus,house\nKatze,cat\n"), deck("Maus,mouse\nHaus,home\n")
    assert first["cards"][0]["id"] == again["cards"][1]["id"]
    assert len({card["id"] for card in [*first["cards"], *again["cards"]]}) == 3


def test_rows_that_are_no_cards_are_counted(deck):
    found = deck("Haus,house\n,x\nKatze,\nHaus,home\n")

    assert sides(found) == [("Haus", "house")]
    assert found["skipped"] == {"front_missing": 1, "back_missing": 1, "repeated": 1}
    assert found["name"] == "words"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<b>Haus</b>&nbsp;&uuml;ber<br>a &lt;b&gt; c", "Haus über\na <b> c"),
        ("a < b and b > c", "a < b and b > c"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("x<script>alert(1)</script><style>p {}</style><!-- y -->", "x"),
        ("<img src=x onerror=alert(1)>seen [sound:a.mp3]", "seen"),
        ("&#8364;&#x20AC;&#xD800;&unknown;", "€€\ufffd&unknown;"),
        ("x<scr<script></script>ipt>y</script>", "xy"),
    ],
)  # fmt: skip
def test_html_becomes_what_a_reader_sees_of_it(deck, html, text):
    assert sides(deck(f"#separator:tab\n{html}\tback\n")) == [(text, "back")]


@pytest.mark.parametrize("head", ["", "#separator:comma\n#html:false\n"])
def test_text_that_is_no_html_stays_as_it_is(deck, head):
    rows = [("List<String>", "a<b and c>d"), ("&amp;", "[sound:a.mp3]")]

    assert sides(deck(head + "".join(f"{front},{back}\n" for front, back in rows))) == rows


def test_quotation_mark_that_would_eat_cards_is_refused_and_text_of_several_lines_isn_t(deck):
    lines = 'Haus,"first, second\nor third, fourth"\nKatze,cat\n'
    assert sides(deck(lines)) == [("Haus", "first, second\nor third, fourth"), ("Katze", "cat")]

    for text, error in (
        ('Haus,"house\nKatze,cat\nMaus,mouse\n', {"error": "quotation_mark_open", "values": {"line": 1}}),
        (
            'Tag,day\nHaus,"house\nKatze,cat\nHund,"dog"\n',
            {"error": "quotation_mark", "values": {"line": 2, "lastLine": 4, "rows": 2}},
        ),
    ):
        found = deck(text)
        assert {key: found.get(key) for key in error} == error


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_deck_in_another_encoding_is_read(deck, encoding):
    assert sides(deck("Tür\tdoor\n", encoding=encoding)) == [("Tür", "door")]


@pytest.mark.parametrize("text", ["one column\nonly\n", "[]", "Haus,\n"])
def test_file_without_cards_is_refused(deck, text):
    assert deck(text)["error"] == "no_cards"


NOTES = (
    ("Basic", ["<b>Haus</b>", "house"]),
    ("Basic", ["only a front", ""]),
    ("Basic (and reversed card)", ["Hund", "dog"]),
    ("Cloze", ["{{c1::Paris::city}} is in {{c2::France}}", ""]),
    ("Cloze", ["{{c1::The {{c2::mitochondrion}} is the powerhouse}} of the {{c2::cell}}", "Biology"]),
    ("Image Occlusion", ["{{c1::image-occlusion:rect:left=.1234:top=.2}}<br>", "<img src=x.png>", "Bones"]),
)


@pytest.mark.parametrize("legacy", [False, True])
def test_cards_of_a_package_have_their_two_sides_by_the_ids_of_the_review_log(page, tmp_path, legacy):
    with open_collection(tmp_path / "c.anki2", cards=0) as collection:
        for kind, fields in NOTES:
            note = collection.new_note(collection.models.by_name(kind))
            note.fields[: len(fields)] = fields
            collection.add_note(note, collection.decks.id("German"))
        ids = [str(card) for card in collection.db.list("select id from cards order by nid, ord")]
    export_apkg(tmp_path / "c.anki2", tmp_path / "c.apkg", legacy=legacy)

    found = asked(page, "deckOf", tmp_path / "c.apkg")

    whole = "The mitochondrion is the powerhouse of the cell\n\nBiology"
    assert [tuple(card.values()) for card in found["cards"]] == [
        (ids[0], "Haus", "house"),
        (ids[2], "Hund", "dog"),
        (ids[3], "dog", "Hund"),
        (ids[4], "[city] is in France", "Paris is in France"),
        (ids[5], "Paris is in […]", "Paris is in France"),
        (ids[6], "[…] of the cell", whole),
        (ids[7], "The […] is the powerhouse of the […]", whole),
    ]
    assert (found["name"], found["skipped"]) == ("German", {"back_missing": 1, "front_missing": 1})


@pytest.mark.parametrize(
    ("text", "cards"),
    [
        ("{{c1::a}} {{c2::b", [("[…] {{c2::b", "a {{c2::b")]),
        ("{{c1,2::a::hint}} }} {{c2::b}}", [("[hint] }} b", "a }} b"), ("[hint] }} […]", "a }} b")]),
    ],
    ids=["open", "several numbers"],
)
def test_gaps_end_where_they_are_closed(page, tmp_path, text, cards):
    with open_collection(tmp_path / "c.anki2", cards=0) as collection:
        note = collection.new_note(collection.models.by_name("Cloze"))
        note.fields[0] = text
        collection.add_note(note, collection.decks.id("German"))

    assert sides(asked(page, "deckOf", tmp_path / "c.anki2")) == cards
