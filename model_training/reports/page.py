"""Pages for people: one HTML file each that needs nothing else, light and dark."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    keep_trailing_newline=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(template: str, **values: object) -> str:
    """Return a page.

    Parameters
    ----------
    template : str
        A file of ``templates``.
    **values
        The values that the template names; text is escaped, and the plots of `svg` are not.
    """
    return _TEMPLATES.get_template(template).render(values)
