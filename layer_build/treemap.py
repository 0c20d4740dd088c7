"""A map of a folder in which every file's area is its size, as SVG.

Squarified: Bruls, Huizing and van Wijk, "Squarified Treemaps" (2000).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 1000.0, 620.0
HEAD = 16.0  # a group's name, where there is room for it
LETTER = 6.4  # width of a letter
COLOURS = 6  # classes c0 … c5 of the page
LEAST_LETTERS = 4
DEPTH = 3  # of packages in packages that are shown
SMALLEST = 3.0  # a side under which a rectangle shows nothing


class Box(NamedTuple):
    """A rectangle in units of the drawing."""

    x: float
    y: float
    width: float
    height: float


def treemap(files: Mapping[str, int]) -> str:
    """Return an SVG of files by path and size in bytes: packages, in them folders, in those files."""
    packages = _grouped(files, 0)
    parts = []
    for index, (name, box) in enumerate(_laid_out(packages, Box(0, 0, WIDTH, HEIGHT))):
        inside = {path: size for path, size in files.items() if path.split("/")[0] == name}
        parts.append(f'<g class="c{index % COLOURS}">{_group(name, inside, box, 1)}</g>')
    return f'<svg viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="sizes">{"".join(parts)}</svg>'


def squarify(sizes: Sequence[float], box: Box) -> Iterator[Box]:
    """Yield a rectangle for each size, in order; sizes fall, and fill the box.

    Rows are laid along the shorter side as long as that makes their rectangles more like squares.
    """
    rest = list(sizes)
    scale = box.width * box.height / sum(rest) if sum(rest) else 0.0
    while rest:
        side = min(box.width, box.height)
        count = 1
        while count < len(rest) and _worst(rest[: count + 1], side, scale) <= _worst(
            rest[:count], side, scale
        ):
            count += 1
        row, rest = rest[:count], rest[count:]
        thickness = sum(row) * scale / side if side else 0.0
        along = 0.0
        for size in row:
            length = size * scale / thickness if thickness else 0.0
            if box.width >= box.height:
                yield Box(box.x, box.y + along, thickness, length)
            else:
                yield Box(box.x + along, box.y, length, thickness)
            along += length
        if box.width >= box.height:
            box = Box(box.x + thickness, box.y, box.width - thickness, box.height)
        else:
            box = Box(box.x, box.y + thickness, box.width, box.height - thickness)


def _worst(row: Sequence[float], side: float, scale: float) -> float:
    """Return the largest ratio of sides in a row."""
    area, square = sum(row) * scale, side * side
    if not area or not row[-1] or not square:
        return float("inf")
    return max(square * row[0] * scale / area**2, area**2 / (square * row[-1] * scale))


def _grouped(files: Mapping[str, int], depth: int) -> dict[str, int]:
    groups: dict[str, int] = {}
    for path, size in files.items():
        name = path.split("/")[depth]
        groups[name] = groups.get(name, 0) + size
    return groups


def _laid_out(groups: Mapping[str, int], box: Box) -> Iterator[tuple[str, Box]]:
    ordered = sorted(
        ((name, size) for name, size in groups.items() if size), key=lambda item: (-item[1], item[0])
    )
    return zip((name for name, _ in ordered), squarify([size for _, size in ordered], box), strict=True)


def _group(path: str, files: Mapping[str, int], box: Box, depth: int) -> str:
    if min(box.width, box.height) < SMALLEST:
        return ""
    size = sum(files.values())
    title = f"<title>{path}: {size / 1e6:.2f} MB</title>"
    place = f'x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'
    label = _label(path.rsplit("/", 1)[-1], box)
    is_file = list(files) == [path]
    rectangle = f'<rect class="{"file" if is_file else "group"}" {place}>{title}</rect>'
    if is_file or depth >= DEPTH:
        return f"{rectangle}{label}"
    head = HEAD if label else 0.0
    inner = Box(box.x + 1, box.y + 1 + head, box.width - 2, box.height - 2 - head)
    children = [
        _group(f"{path}/{name}", _below(files, f"{path}/{name}"), child, depth + 1)
        for name, child in _laid_out(_grouped(files, depth), inner)
    ]
    return f"{rectangle}{label}{''.join(children)}"


def _below(files: Mapping[str, int], path: str) -> dict[str, int]:
    return {name: size for name, size in files.items() if name == path or name.startswith(f"{path}/")}


def _label(name: str, box: Box) -> str:
    room = int((box.width - 6) / LETTER)
    if box.height < HEAD + 2 or room < LEAST_LETTERS:
        return ""
    text = name if len(name) <= room else f"{name[: room - 1]}…"
    return f'<text x="{box.x + 4:.1f}" y="{box.y + 12:.1f}">{text}</text>'
