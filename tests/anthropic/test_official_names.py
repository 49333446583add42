"""Every public name of the official package is there, to a program and to a type checker, or is left out on purpose."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import anthropic
import anthropic.types.beta
import pytest

import aimlapi_messages.anthropic as moved
from aimlapi_client import params
from aimlapi_messages.anthropic import types
from aimlapi_messages.anthropic.names import KINDS
from aimlapi_messages.anthropic.types import beta

pytestmark = [pytest.mark.operation("create_message.tools", "create_message.thinking", "create_batch")]

# What is left out, by its beginning or a word in it, and why.
LEFT_OUT = {
    "other clouds": "AWS Bedrock Foundry GoogleCloud Vertex",
    "keys that are fetched": (
        "AccessToken BaseURLBound Credential credentials EnvToken IdentityToken InMemory StaticToken TokenCache "
        "WorkloadIdentity exchange_federation"
    ),
    "middleware and telemetry": "APIRequest CallNext Middleware OpenTelemetry FallbackState",
    "internals": "DEFAULT_CONNECTION NoneType TypeAlias annotations file_from_path",
    "generics of pydantic": r"Parsed\w+Event",
    "files, skills, memory, agents": (
        "BillTo Currency Dream Environment File ManagedAgents Memory MonetaryAmount Network Organization Packages "
        "Skill Tunnel UnwrapWebhook UserProfile Webhook"
    ),
    "tools of other servers": "Advisor Browser BROWSER Computer COMPUTER MCP Toolset",
    "shapes of requests within answers": (
        r"CacheControlEphemeral$ Response Tool\w*_?20\d{6} ToolChange UserLocation WebFetchURL"
    ),
    "threads, contexts and models that take over": (
        "CacheMiss Compaction ContextManagement Diagnostics Fallback InputTransformation Iteration OutputBehavior "
        "Thread ThinkingPrefix"
    ),
    "counts of tokens, and what a model can do": "Capabilit MessageTokensCount ModelLine ThinkingTypes",
    "errors as answers, for ErrorObject is all of them": (
        "Error(Details|Object)?$ ErrorType WebSearchToolResultBlockContent"
    ),
}


def is_left_out(name: str) -> bool:
    return any(re.search(part, name) for parts in LEFT_OUT.values() for part in parts.split())


def names(module: ModuleType) -> Iterator[str]:
    """Those that are public and no modules."""
    for name in dir(module):
        if re.fullmatch(r"[A-Za-z]\w*", name) and not inspect.ismodule(getattr(module, name)):
            yield name


def stubbed(module: ModuleType) -> set[str]:
    """The names in the stub of a package."""
    found = set[str]()
    for node in ast.parse(Path(str(module.__file__)).with_suffix(".pyi").read_text(encoding="utf-8")).body:
        match node:
            case ast.ImportFrom(names=[ast.alias(name="*")]):
                found |= stubbed(types) if module is beta else set(params.__all__)
            case ast.ImportFrom():
                found |= {str(alias.asname) for alias in node.names}
            case ast.ClassDef():
                found.add(node.name)
            case ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
            case _:
                pass
    return found


PAIRS = [(anthropic, moved), (anthropic.types, types), (anthropic.types.beta, beta)]


@pytest.mark.parametrize(("official", "ours"), [pytest.param(*pair, id=pair[0].__name__) for pair in PAIRS])
def test_a_name_is_there_or_left_out(official: ModuleType, ours: ModuleType) -> None:
    in_stub = stubbed(ours)
    there = [name for name in names(official) if hasattr(ours, name)]
    assert [name for name in names(official) if name not in there and not is_left_out(name)] == []
    assert len(there) > 50
    assert [name for name in there if name not in in_stub] == []


def test_nothing_is_left_out_that_is_there_or_that_is_not_in_the_official_package() -> None:
    """So that the table says the truth."""
    missing = [name for official, ours in PAIRS for name in names(official) if not hasattr(ours, name)]
    parts = [part for parts in LEFT_OUT.values() for part in parts.split()]
    assert [part for part in parts if not any(re.search(part, name) for name in missing)] == []


def test_no_error_and_no_part_of_a_message_is_left_out() -> None:
    for name in names(anthropic):
        if inspect.isclass(found := getattr(anthropic, name)) and issubclass(found, anthropic.AnthropicError):
            assert issubclass(getattr(moved, name), moved.AnthropicError), name
    for union in (anthropic.types.ContentBlock, anthropic.types.RawMessageStreamEvent, anthropic.types.TextCitation):
        for kind in get_args(get_args(union)[0]):
            assert issubclass(getattr(types, kind.__name__), moved.BaseModel)


@pytest.mark.parametrize("name", KINDS)
def test_classes_that_are_one_here_are_told_apart_by_their_type(name: str) -> None:
    official: Any = getattr(anthropic.types, name, None) or getattr(anthropic.types.beta, f"Beta{name}")
    ours = getattr(types, name)
    assert (ours.wire,) == get_args(official.model_fields["type"].annotation)
    plain = getattr(types, KINDS[name][0])
    came = {"type": ours.wire, "cited_text": "a"}
    assert isinstance(plain.from_dict(came), ours)
    assert not isinstance(plain.from_dict({**came, "type": "another"}), ours)
    assert not isinstance("another", ours)
