"""The results as a table: in full for a terminal, as ratios for a page."""

from __future__ import annotations

from typing import Any

# Whom the ratios compare with.
BASE = "anthropic_sdk"


def table(results: dict[str, Any]) -> str:
    """Every row: medians, with the least and the greatest below."""
    clients: dict[str, str] = results["clients"]
    lines = [_line("", list(clients.values()))]
    for row in results["rows"]:
        of = [row["clients"].get(name) for name in clients]
        lines.append(_line(f"{row['name']} ({row['unit']})", [_shown(each, "median") for each in of]))
        spread = [f"{_shown(each, 'least')}..{_shown(each, 'greatest')}" if each else "" for each in of]
        lines.append(_line("", spread))
    versions = ", ".join(f"{package} {version}" for package, version in results["versions"].items())
    machine = results["machine"]
    lines.append(f"Python {machine['python']}, {machine['processor']}, {machine['system']}; {versions}")
    lines.append(f"medians of {results['rounds']} rounds, the least and the greatest below; CPU time unless named else")
    return "\n".join(lines)


def markdown(results: dict[str, Any]) -> str:
    """Every row as ratios to anthropic, for a page. The least of a row, the floor apart, is set in bold."""
    clients: dict[str, str] = results["clients"]
    lines = [
        "| | " + " | ".join(clients.values()) + " |",
        "| --- |" + " ---: |" * len(clients),
    ]
    for row in results["rows"]:
        ratios = {name: ratio(row, name) for name in clients}
        rivals = [value for name, value in ratios.items() if value is not None and name != "floor"]
        best = min(rivals, default=None)
        cells = [_cell(value, bold=value is not None and value == best) for value in ratios.values()]
        lines.append(f"| {row['name']} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def ratio(row: dict[str, Any], name: str) -> float | None:
    """What a client costs for each that anthropic costs; None where one of them has no number."""
    ours, base = row["clients"].get(name), row["clients"].get(BASE)
    return ours["median"] / base["median"] if ours and base else None


def _cell(value: float | None, *, bold: bool) -> str:
    if value is None:
        return ""
    text = f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"
    return f"**{text}**" if bold else text


def _shown(numbers: dict[str, float] | None, which: str) -> str:
    return f"{numbers[which]:.4g}" if numbers else ""


def _line(name: str, cells: list[str]) -> str:
    return f"{name:52}" + "".join(f"{cell:>27}" for cell in cells)
