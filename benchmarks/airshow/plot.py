"""A plot of lines as SVG, written by hand: no library is worth it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

WIDTH, HEIGHT, MARGIN, FOOT = 420, 340, 60, 90
_COLOURS = ("#0b5cad", "#c0392b")
_STEPS = (1, 2, 2.5, 5, 10)

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Panel:
    """Lines by their names: points (x, y), from 0 on. Each is followed by its control, which is dashed."""

    title: str
    x: str
    y: str
    lines: Mapping[str, Points]


def svg(panels: Sequence[Panel]) -> str:
    """Draw panels side by side."""
    width = WIDTH * len(panels)
    drawn = "\n".join(
        f'<g transform="translate({WIDTH * number} 0)">\n{_panel(panel)}\n</g>'
        for number, panel in enumerate(panels)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{HEIGHT}" '
        f'viewBox="0 0 {width} {HEIGHT}" font-family="sans-serif" font-size="12" fill="#222">\n'
        f'<rect width="{width}" height="{HEIGHT}" fill="#fff"/>\n{drawn}\n</svg>\n'
    )


def _panel(panel: Panel) -> str:
    points = [point for line in panel.lines.values() for point in line]
    across, up = (_ticks(max(point[axis] for point in points)) for axis in (0, 1))
    left, bottom = MARGIN, HEIGHT - FOOT

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            left + (WIDTH - left - 20) * x / across[-1],
            bottom - (bottom - 40) * y / up[-1],
        )

    parts = [f'<text x="{left}" y="22" font-weight="bold">{panel.title}</text>']
    for value in up:
        _, y = place(0, value)
        parts.append(f'<path d="M{left} {y:.1f}H{WIDTH - 20}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>')
    for value in across:
        x, _ = place(value, 0)
        parts.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{value:,g}</text>')
    parts.append(f'<text x="{WIDTH - 20}" y="{bottom + 36}" text-anchor="end">{panel.x}</text>')
    parts.append(f'<text x="{left}" y="36" fill="#666">{panel.y}</text>')
    for number, (name, line) in enumerate(panel.lines.items()):
        colour, dashes = _COLOURS[number // 2], ' stroke-dasharray="5 4"' if number % 2 else ""
        way = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in line))
        parts.append(f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>')
        parts += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'
            for x, y in (place(*point) for point in line)
        ]
        x, y = left + 170 * (number % 2), bottom + 56 + 18 * (number // 2)
        parts.append(f'<path d="M{x} {y - 4}h24" stroke="{colour}" stroke-width="2"{dashes}/>')
        parts.append(f'<text x="{x + 30}" y="{y}">{name}</text>')
    return "\n".join(parts)


def _ticks(most: float) -> list[float]:
    """Return about five round values from 0 to `most` or a little more."""
    power = 10.0 ** floor(log10(most / 5))
    step = next(power * s for s in _STEPS if power * s * 5 >= most)
    return [step * n for n in range(ceil(most / step - 1e-9) + 1)]
