"""Formats the results as a table: in full for a terminal, as ratios for a page.

`python -m benchmarks.report` writes three of the ratios in `results.json` to the project's README.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

from .rows import RATIO

# The client that the ratios refer to.
BASE: Final = "anthropic_sdk"

# What the README says, the row that it says it of, and the client.
IN_README: Final = (
    ("to import", "import", "ours"),
    ("for each piece of a long stream", "delta in a stream of 10,000", "ours"),
    ("for a call of 256 at a time", "small call, 256 in flight, async", "ours"),
)
README: Final = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- benchmarks: begin -->\n", "<!-- benchmarks: end -->\n"


def table(results: dict[str, Any]) -> str:
    """All rows: medians, with the minimum and maximum below."""
    clients: dict[str, str] = results["clients"]
    lines = [_line("", list(clients.values()))]
    for row in results["rows"]:
        of = [row["clients"].get(name) for name in clients]
        lines.append(_line(f"{row['name']} ({row['unit']})", [_format(each, "median") for each in of]))
        spread = [f"{_format(each, 'least')}..{_format(each, 'greatest')}" if each else "" for each in of]
        lines.append(_line("", spread))
    versions = ", ".join(f"{package} {version}" for package, version in results["versions"].items())
    machine = results["machine"]
    lines.append(f"Python {machine['python']}, {machine['processor']}, {machine['system']}; {versions}")
    lines.append("medians, with the minimum and maximum below; CPU time unless stated otherwise")
    return "\n".join(lines)


def markdown(results: dict[str, Any], only: Collection[str] = ()) -> str:
    """Rows as ratios to anthropic, in Markdown. The lowest of a row, except the floor, is bold."""
    clients: dict[str, str] = results["clients"]
    lines = [
        "| | " + " | ".join(clients.values()) + " |",
        "| --- |" + " ---: |" * len(clients),
    ]
    for row in results["rows"]:
        if only and row["name"] not in only:
            continue
        ratios = {name: ratio(row, name) for name in clients}
        rivals = [value for name, value in ratios.items() if value is not None and name != "floor"]
        best = min(rivals, default=None)
        cells = [_cell(value, bold=value is not None and value == best) for value in ratios.values()]
        lines.append(f"| {row['name']} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def ratio(row: dict[str, Any], name: str) -> float | None:
    """The ratio of a client's cost to anthropic's, or what is one by itself; None if one of them was not measured."""
    ours, base = row["clients"].get(name), row["clients"].get(BASE)
    if row["unit"] == RATIO and ours:
        return ours["median"]
    return ours["median"] / base["median"] if ours and base else None


def _cell(value: float | None, *, bold: bool) -> str:
    if value is None:
        return ""
    text = f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"
    return f"**{text}**" if bold else text


def _format(numbers: dict[str, float] | None, which: str) -> str:
    return f"{numbers[which]:.4g}" if numbers else ""


def _line(name: str, cells: list[str]) -> str:
    return f"{name:52}" + "".join(f"{cell:>27}" for cell in cells)


def in_readme(results: dict[str, Any]) -> str:
    """The text between the markers in the README."""
    rows = {row["name"]: row for row in results["rows"]}
    ratios = {what: ratio(rows[row], client) for what, row, client in IN_README}
    parts = [f"{value:.0%} {what}" for what, value in ratios.items() if value is not None]
    version = results["versions"]["anthropic"]
    return f"Of the CPU time that `anthropic` {version} takes beside it: {', '.join(parts)}.\n"


def main() -> None:
    results = json.loads((Path(__file__).parent / "results.json").read_text(encoding="utf-8"))
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    README.write_text(before + BEGIN + in_readme(results) + END + after, encoding="utf-8")


if __name__ == "__main__":
    main()
