"""Which of the offered tools a question asks for: a pure function of the question and the tools.

A tool is meant when the question shares a telling word with its name, or else with its description.
"""

from __future__ import annotations

from collections.abc import Sequence

from . import words
from .request import Tool, ToolChoice


def choose_tools(question: str, tools: Sequence[Tool], choice: ToolChoice) -> list[Tool]:
    """The tools to call, none when none is meant; at least one when the choice demands it."""
    offered = [tool for tool in tools if choice.names is None or tool.name in choice.names]
    if choice.mode == "never" or not offered:
        return []
    asked = words.stems(question)
    by_name = [tool for tool in offered if asked & words.stems(tool.name)]
    ranked = sorted(offered, key=lambda tool: -len(asked & words.stems(tool.description)))
    by_description = [tool for tool in ranked[:1] if asked & words.stems(tool.description)]
    chosen = by_name or by_description
    if choice.mode == "must" and not chosen:
        chosen = offered[:1]
    return chosen if choice.parallel else chosen[:1]
