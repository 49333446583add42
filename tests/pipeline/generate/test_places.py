"""Where operations hang on a client."""

from __future__ import annotations

from pathlib import Path

import pytest

from aimlapi_client.resources import AsyncResources, Resources
from aimlapi_messages import AIMLAPI, AsyncAIMLAPI
from scripts.pipeline.document.errors import PipelineError
from scripts.pipeline.source.sources import RESERVED, load_sources

from ..support.clients import ITEM, THINGS, client, method, run
from ..support.documents import (
    Json,
    build_inputs,
    operation,
)


def test_two_operations_at_one_place_are_refused(tmp_path: Path) -> None:
    """Before anything is read."""
    paths = {THINGS: {"get": operation(response=ITEM), "post": operation(response=ITEM)}}
    keep = {f"GET {THINGS}": method("get_it", "things.it"), f"POST {THINGS}": method("make_it", "things.it")}
    with pytest.raises(PipelineError, match=r"two operations have the method things\.it"):
        client(tmp_path, paths, keep)


@pytest.mark.parametrize("at", ["things", "things.a.b", "Things.a", "things.class", "import.all", "things._a", "a. b"])
def test_a_place_that_no_client_can_have_is_refused(tmp_path: Path, at: str) -> None:
    """A resource and a method are names in Python."""
    with pytest.raises(PipelineError, match=f"GET {THINGS} hangs at '{at}'"):
        client(tmp_path, {THINGS: {"get": operation()}}, {f"GET {THINGS}": method("get_it", at)})


def test_an_operation_without_a_place_is_there_to_send(tmp_path: Path) -> None:
    """Its module makes the call; no resource has it."""
    paths = {THINGS: {"get": operation(response=ITEM), "post": operation(response=ITEM)}}
    keep: Json = {f"GET {THINGS}": method("get_it", "things.get"), f"POST {THINGS}": "make_it"}
    folder = client(tmp_path, paths, keep)
    program = "from aimlapi_client.api.things import make_it\nfrom aimlapi_client.resources.things import Things\n"
    program += "methods = [name for name in vars(Things) if not name.startswith('_')]\n"
    program += "print(json.dumps([make_it.request().request().method, methods]))"
    assert run(folder, program) == ["POST", ["get"]]


def test_a_method_whose_operation_the_document_lacks_is_left_out(tmp_path: Path) -> None:
    """And its resource with it, where that has no other; an older document still makes a client."""
    keep = {
        f"GET {THINGS}": method("get_it", "things.get"),
        "GET /v1/new": method("get_new", "things.new"),
        "GET /v1/other": method("get_other", "others.get"),
    }
    folder = client(tmp_path, {THINGS: {"get": operation(response=ITEM)}}, keep)
    program = "from aimlapi_client.resources.things import Things\n"
    program += "print(json.dumps([name for kind in (Resources, Things) for name in vars(kind) if name[0] != '_']))"
    assert run(folder, program) == ["things", "get"]


def test_a_client_without_methods_has_no_resources(tmp_path: Path) -> None:
    """The classes are there, and hold nothing."""
    folder = client(tmp_path, {THINGS: {"get": operation()}}, {f"GET {THINGS}": "get_it"})
    program = "print(json.dumps([name for name in vars(Resources) if not name.startswith('_')]))"
    assert run(folder, program) == []


def test_no_resource_hides_behind_what_a_client_has() -> None:
    """The names that the settings refuse are those of both clients."""
    for hand_written, generated in ((AIMLAPI, Resources), (AsyncAIMLAPI, AsyncResources)):
        own = {name for name in dir(hand_written) if not name.startswith("_")} - set(dir(generated))
        assert own == RESERVED


@pytest.mark.parametrize("resource", ["messages", "send", "spent"])
def test_a_resource_that_could_not_be_reached_is_refused(tmp_path: Path, resource: str) -> None:
    """In words that say what to do."""
    place = build_inputs(tmp_path, keep={"GET /a": {"name": "list_a", "method": f"{resource}.list"}})
    with pytest.raises(PipelineError, match=f"a client has '{resource}' itself"):
        load_sources(place.sources)
