"""Plots how the cost per unit of work grows with the amount of work, in one panel per kind of work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot

# Keep text as text, and make the output deterministic.
mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "aimlapi-messages", "font.size": 9})


def draw(results: dict[str, Any], path: Path) -> None:
    """Write the plot to a file, as SVG."""
    rows = {row["name"]: row for row in results["rows"]}
    growth = [point for point in results["growth"] if point["row"] in rows]
    kinds = list(dict.fromkeys(point["of"] for point in growth))
    figure, panels = pyplot.subplots(
        1, len(kinds), figsize=(4.6 * len(kinds), 4.2), squeeze=False, layout="constrained"
    )
    for panel, kind in zip(panels[0], kinds, strict=True):
        points = [point for point in growth if point["of"] == kind]
        for name, shown in results["clients"].items():
            known = [(p["size"], rows[p["row"]]["clients"].get(name)) for p in points]
            known = [(size, numbers) for size, numbers in known if numbers]
            if known:
                medians = [numbers["median"] for _, numbers in known]
                around = [
                    [numbers["median"] - numbers["least"] for _, numbers in known],
                    [numbers["greatest"] - numbers["median"] for _, numbers in known],
                ]
                wide = 2.5 if name.startswith("ours") else 1.2
                panel.errorbar(
                    [size for size, _ in known], medians, yerr=around, marker="o", linewidth=wide, label=shown
                )
        panel.set(xscale="log", yscale="log", xlabel=kind, ylabel=f"{rows[points[0]['row']]['unit']} of CPU each")
        panel.grid(visible=True, alpha=0.3)
    handles, labels = panels[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    figure.savefig(path, metadata={"Date": None})
