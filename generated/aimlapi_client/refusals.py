"""What single models do not take of a request, although the document has it for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .deprecations import undated

#: Whether the tools of the document have `strict`.
HAS_STRICT_TOOLS: Final = True

#: Ids without `anthropic/`, dots and dates, by what these models refuse.
REFUSALS: Final[Mapping[str, frozenset[str]]] = {
    "disabled_thinking": frozenset(["claude-fable-5-1", "claude-mythos-5-1", "claude-opus-5-5"]),
    "forced_tool_choice": frozenset(
        [
            "claude-fable",
            "claude-fable-5",
            "claude-fable-5-1",
            "claude-mythos-5",
            "claude-mythos-5-1",
            "claude-mythos-preview",
            "claude-opus-5-5",
            "claude-sonnet-5-5",
        ]
    ),
    "strict_tools": frozenset(["claude-3-haiku", "claude-opus-4", "claude-opus-4-1", "claude-sonnet-4"]),
    "thinking_budget": frozenset(["claude-fable-5-1", "claude-mythos-5-1", "claude-opus-5-5"]),
}


def refuses(model: str, what: str) -> bool:
    """Whether a model, by any spelling of its id, is known to refuse something that `REFUSALS` names."""
    return undated(model).removesuffix("-latest") in REFUSALS.get(what, ())
