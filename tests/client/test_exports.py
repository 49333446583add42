"""The package's door: what is public, what it loads, and that both clients are one."""

from __future__ import annotations

import inspect
import json
import os
import pkgutil
import re
import subprocess
import sys
from operator import attrgetter
from pathlib import Path
from types import UnionType
from typing import Any

import pytest

import aimlapi_messages
from aimlapi_client.pages import AsyncPages, Pages
from aimlapi_client.resources import Resources
from aimlapi_messages import AIMLAPI, AsyncAIMLAPI

from ..support.transports import on_aiohttp

ROOT = Path(__file__).parents[2]
NAMES = [name for name in aimlapi_messages.__all__ if not name.startswith("__")]


def test_all_is_sorted_and_complete() -> None:
    """Each name stands there once."""
    assert len(set(aimlapi_messages.__all__)) == len(aimlapi_messages.__all__)
    assert aimlapi_messages.__all__ == sorted(aimlapi_messages.__all__)
    assert set(aimlapi_messages.__all__) <= set(dir(aimlapi_messages))


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_at_home_at_the_door(name: str) -> None:
    """Tracebacks and pickles name the package, or the generated client, and the name is there for the asking."""
    value: Any = getattr(aimlapi_messages, name)
    assert isinstance(value, UnionType) or value.__module__ in ("aimlapi_messages", "aimlapi_client.operation")
    assert getattr(aimlapi_messages, name) is value


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_documented(name: str) -> None:
    """By itself, as far as Python lets it, and in the map of the package."""
    value: Any = getattr(aimlapi_messages, name)
    assert isinstance(value, UnionType) or (value.__doc__ and not value.__doc__.startswith(f"{name}("))
    assert re.search(rf"\b{name}\b", aimlapi_messages.__doc__ or "")


def test_help_is_a_map_of_three_screens() -> None:
    """Of 40 lines and 100 columns each, also after names were used. No class is expanded."""
    code = "import aimlapi_messages as a\nfor name in a.__all__: getattr(a, name)\nhelp(a)"
    lines = output_of(code).splitlines()
    assert len(lines) <= 120
    assert max(len(line) for line in lines if "__init__.py" not in line) <= 100
    assert "CLASSES" not in lines
    words = set(re.findall(r"\w+", "\n".join(lines)))
    assert set(NAMES) <= words


def test_the_stub_has_the_names() -> None:
    """What a type checker sees is what is there."""
    stub = (ROOT / "aimlapi_messages" / "__init__.pyi").read_text(encoding="utf-8")
    assert sorted(re.findall(r"(\w+) as \1\b", stub)) == sorted(NAMES)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    """As with any module."""
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = aimlapi_messages.nonsense


def test_the_version_is_text() -> None:
    """It is read when it is asked for."""
    assert aimlapi_messages.__version__[0].isdigit()


def output_of(code: str) -> str:
    """What a fresh interpreter prints."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "generated")])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def loaded_by(code: str) -> list[str]:
    """The modules that a fresh interpreter holds after the code."""
    modules: list[str] = json.loads(output_of(f"{code}\nimport sys, json; print(json.dumps(sorted(sys.modules)))"))
    return modules


def test_importing_the_package_loads_nothing() -> None:
    """Neither httpx, httpx2 nor any of the package's own modules."""
    beginnings = ("aimlapi", "attr", "httpcore", "httpx")
    modules = loaded_by("import aimlapi_messages")
    assert [name for name in modules if name.startswith(beginnings)] == ["aimlapi_messages"]


def test_making_a_client_loads_no_models() -> None:
    """The models come with the first answer, dates and versions when they are needed."""
    modules = loaded_by("from aimlapi_messages import AIMLAPI\nAIMLAPI(api_key='k')")
    assert "httpx" in modules
    assert [name for name in modules if name.startswith(("aimlapi_client.models", "dateutil", "asyncio"))] == []


@pytest.mark.parametrize(
    ("transport", "loaded"),
    [("httpx", []), ("httpx2", ["httpcore2"]), pytest.param("aiohttp", ["aiohttp"], marks=on_aiohttp)],
)
def test_a_client_loads_no_other_library_than_the_one_it_connects_with(transport: str, loaded: list[str]) -> None:
    """Wherever others are installed."""
    modules = loaded_by(
        "import asyncio, contextlib\nfrom aimlapi_messages import *\n"
        f"client = AsyncAIMLAPI(api_key='k', base_url='http://127.0.0.1:9', max_retries=0, transport={transport!r})\n"
        "with contextlib.suppress(APIConnectionError): asyncio.run(client.models.list())"
    )
    assert [name for name in modules if name in ("httpx2", "httpcore2", "aiohttp")] == loaded


@pytest.mark.operation("create_message")
def test_tools_as_plain_dicts_load_nothing_that_reads_annotations() -> None:
    """They are sent as they are."""
    tools = [{"name": "a", "input_schema": {"type": "object"}}]
    call = f"messages.stream(model='m', messages='Hi', tools={tools})"
    modules = loaded_by(f"from aimlapi_messages import AIMLAPI\nAIMLAPI(api_key='k').{call}")
    assert [name for name in modules if name.startswith(("aimlapi_messages.schema", "aimlapi_messages.tools"))] == []


@pytest.mark.parametrize("name", [name for name in NAMES if f"Async{name}" in NAMES])
def test_both_clients_offer_the_same(name: str) -> None:
    """The same public names with the same arguments and kinds; only what awaits differs."""
    one, other = (getattr(aimlapi_messages, kind) for kind in (name, f"Async{name}"))
    assert public(one) == public(other)


def test_both_kinds_of_pages_offer_the_same() -> None:
    """Likewise."""
    assert public(Pages) == public(AsyncPages)


@pytest.mark.parametrize("names", ["messages", "messages.batches", "models"])
def test_what_the_clients_hold_offers_the_same(names: str) -> None:
    """Likewise."""
    one, other = (attrgetter(names)(kind(api_key="k")) for kind in (AIMLAPI, AsyncAIMLAPI))
    assert public(type(one)) == public(type(other))


@pytest.mark.parametrize("name", [name for name in vars(Resources) if not name.startswith("_")])
def test_both_clients_have_the_same_resources(name: str) -> None:
    """Those that the document under test gives them."""
    one, other = (getattr(kind(api_key="k"), name) for kind in (AIMLAPI, AsyncAIMLAPI))
    assert public(type(one)) == public(type(other))


def public(kind: type[Any]) -> dict[str, Any]:
    """Public names with what a caller sees of them, the words that differ by nature made one."""
    special = {
        "__init__",
        "__enter__",
        "__aenter__",
        "__exit__",
        "__aexit__",
        "__iter__",
        "__aiter__",
        "__next__",
        "__anext__",
    }
    members = {name: value for name, value in inspect.getmembers(kind) if name in special or not name.startswith("_")}
    seen = {
        name: str(described(value))
        for name, value in members.items()
        if name in special - {"__init__"} or name[0] != "_"
    }
    # A stream tells whoever uses the other kind of `with` that it is the other.
    return {alike(name): alike(text) for name, text in seen.items() if not text.endswith("-> 'NoReturn'")}


def described(value: Any) -> Any:
    return inspect.signature(value.fget) if isinstance(value, property) else inspect.signature(value)


def alike(text: str) -> str:
    for async_word, word in [("__a", "__"), ("AsyncReply", "SyncReply")]:
        text = text.replace(async_word, word)
    return re.sub(r"\bAsync(?=[A-Z])", "", text)


def test_both_clients_are_made_alike() -> None:
    """Their constructors differ in the kind of http_client, and in the transports, of which asyncio has one more."""
    first, second = str(inspect.signature(AIMLAPI)), str(inspect.signature(AsyncAIMLAPI))
    assert second == re.sub("(HTTPClient|TransportName)", r"Async\1", first)


def test_every_module_says_what_it_is() -> None:
    """The first thing in each file is its docstring."""
    names = [module.name for module in pkgutil.iter_modules([str(ROOT / "aimlapi_messages")]) if not module.ispkg]
    modules = [__import__(f"aimlapi_messages.{name}", fromlist=["x"]) for name in names]
    assert all(module.__doc__ for module in modules)


def test_the_package_is_typed() -> None:
    """Type checkers are told to trust it."""
    assert (ROOT / "aimlapi_messages" / "py.typed").exists()
