"""Parts of a page, as a reader finds them: by their headings, labels and captions."""

from typing import Any

from tests.robustness.gateway import API_KEY


def panel(page: Any, title: str) -> Any:
    """Return the part of the page with a heading."""
    return page.get_by_role("region", name=title, exact=True)


def rows(within: Any, caption: str) -> list[list[str]]:
    """Return the cells of the table whose caption begins so, opened if it is folded up."""
    table = within.locator(f'table:has(caption:text("{caption}"))').first
    folded = table.locator("xpath=ancestor::details[not(@open)]")
    if folded.count():
        folded.locator("summary").click()
    return [row.split("\t") for row in table.locator("tbody tr").all_inner_texts()]


def facts(within: Any) -> dict[str, str]:
    """Return a part's facts by their names."""
    return dict(fact.split("\n") for fact in within.locator("dl div").all_inner_texts())


def connect(page: Any, key: str = API_KEY) -> None:
    """Type a key, and connect."""
    page.get_by_label("API key").fill(key)
    page.get_by_role("button", name="Connect", exact=True).click()
