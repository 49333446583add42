"""The `x-` keys of the overlay: one that nothing reads, or that holds what it may not, is refused with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts.pipeline.document.errors import PipelineError
from scripts.pipeline.overlay.actions import load_overlay
from scripts.pipeline.overlay.extensions import EXTENSIONS, check_extensions

from .test_actions import OPENAPI, action, overlay

README = (OPENAPI / "README.md").read_text(encoding="utf-8")

FAULTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "a misspelt key": ({"x-paramters": {}}, "x-paramters is a key that nothing reads", "x-parameters"),
    "a key that is like no other": ({"x-colour": "red"}, "x-colour is a key that nothing reads", "known are x-exact"),
    "a key inside": ({"get": {"x-resutl": "data"}}, "x-resutl is a key", "x-result"),
    "a misspelt member": ({"x-parameters": {"model": {"sevral": "joined"}}}, "'sevral' was unexpected", "several"),
    "another value": ({"x-parameters": {"model": {"several": "commas"}}}, "'commas' is not one of", "README.md"),
    "a misspelt refusal": ({"x-refusals": {"forced_tool_choic": []}}, "was unexpected", "forced_tool_choice"),
    "a model with its prefix": (
        {"x-refusals": {"strict_tools": ["anthropic/a"]}},
        "does not match",
        "without anthropic/",
    ),
    "a model with a dot": ({"x-refusals": {"strict_tools": ["claude-haiku-4.5"]}}, "does not match", "hyphens"),
    "a repetition": ({"x-repeat": "never"}, "'never' is not one of", "README.md"),
    "a misspelt page": ({"x-pages": {"item": "data"}}, "'item' was unexpected", "items"),
    "a result that is no place": ({"x-result": 7}, "7 is not of type 'string'", "README.md"),
    "words for exactness": ({"x-exact": "yes"}, "'yes' is not of type 'boolean'", "README.md"),
}


@pytest.mark.parametrize(("update", "said", "hint"), FAULTS.values(), ids=FAULTS.keys())
def test_what_would_change_nothing_is_refused(tmp_path: Path, update: dict[str, Any], said: str, hint: str) -> None:
    with pytest.raises(PipelineError) as caught:
        check_extensions(overlay(tmp_path, action("$.paths", update=update)))
    assert said in str(caught.value)
    assert hint in str(caught.value)
    assert "orders.yaml:3" in str(caught.value)


@pytest.mark.parametrize("place", ["properties", "headers", "content"])
def test_names_of_the_wire_are_no_keys_of_ours(tmp_path: Path, place: str) -> None:
    check_extensions(overlay(tmp_path, action("$.paths", update={place: {"x-request-id": {}}})))


def test_the_overlay_of_this_project_has_no_fault() -> None:
    check_extensions(load_overlay(OPENAPI / "overlay"))


@pytest.mark.parametrize("key", EXTENSIONS)
def test_the_readme_tells_of_each(key: str) -> None:
    assert f"| `{key}` |" in README
