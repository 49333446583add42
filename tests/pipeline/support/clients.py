"""Clients generated from small documents, and programs that run on them in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from scripts.pipeline.generate.package import generate

from .documents import (
    Json,
    built,
    document,
    no_names,
    record,
    text,
)

THINGS = "/v1/things"


NUMBER = {"type": "integer"}


ITEM = record("id", id=text(), size=NUMBER)


LIST = {"type": "array", "items": ITEM}


def method(name: str, at: str) -> Json:
    """An entry of [operations] for an operation that hangs on the client."""
    return {"name": name, "method": at}


def client(folder: Path, paths: Json, keep: Json, *actions: Json, names: str = "") -> Path:
    """The folder of a client of these operations."""
    made = built(folder, document(paths), keep=keep, actions=actions, names=names)
    generate(made.openapi, no_names(folder), folder / "client")
    return folder / "client"


def one(folder: Path, entry: Json, *actions: Json, verb: str = "get", path: str = THINGS) -> Path:
    """The folder of a client with one operation, which hangs at `client.things.call`."""
    label = f"{verb.upper()} {path}"
    return client(folder, {path: {verb: entry}}, {label: method("call_it", "things.call")}, *actions)


#: Two clients that answer as they are told, and `both`, which calls a method of each and sees that they agree.
PROGRAM = """
import ast, asyncio, importlib, inspect, json, sys, typing
from aimlapi_client.pages import AsyncPages, Pages
from aimlapi_client.resources import AsyncResources, Resources

answers = json.loads(sys.argv[1])

class Client(Resources):
    pages_of = Pages
    def __init__(self):
        self.answers, self.requests, self.options = list(answers), [], None
    def send(self, operation, **options):
        request = operation.request()
        self.requests.append([request.method, request.target, json.loads(request.content or b"null")])
        self.options = options
        return operation.decode(200, json.dumps(self.answers.pop(0)).encode())
    def pages(self, operation, paging, **options):
        return self.pages_of(self, operation, paging, **options)

class AsyncClient(AsyncResources):
    pages_of, __init__, pages = AsyncPages, Client.__init__, Client.pages
    async def send(self, operation, **options):
        return Client.send(self, operation, **options)

async def finish(made):
    return await made if inspect.isawaitable(made) else [item async for item in made]

def both(call):
    first, second = Client(), AsyncClient()
    found = call(first)
    found = list(found) if isinstance(found, Pages) else found
    awaited = asyncio.run(finish(call(second)))
    assert (first.requests, first.options) == (second.requests, second.options)
    assert type(found) is type(awaited) and found == awaited
    return [first.requests, json.loads(json.dumps(found, default=lambda value: value.to_dict()))]

def told(parameter):
    default = "" if parameter.default is parameter.empty else f" = {parameter.default}"
    return f"{parameter.name}: {parameter.annotation}{default}"

def signature(resource, name):
    module = importlib.import_module(f"aimlapi_client.resources.{resource}")
    methods = [getattr(vars(module)[kind], name) for kind in sorted(module.__all__, key=len)]
    first, second = map(inspect.signature, methods)
    assert first.parameters == second.parameters and methods[0].__doc__ == methods[1].__doc__
    parameters = [one for one in first.parameters.values() if one.name not in ("self", "options")]
    places = [told(one) for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD]
    named = [told(one) for one in parameters if one.kind is one.KEYWORD_ONLY]
    return [places, named, first.return_annotation]
"""


def run(folder: Path, program: str, *answers: Any) -> Any:
    """What a program prints, as JSON, with a generated client in a fresh interpreter where warnings are errors."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM + program, json.dumps(answers)],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def call(folder: Path, source: str, *answers: Any) -> Any:
    """What a call of a method sends, and what it gives."""
    return run(folder, f"print(json.dumps(both(lambda client: {source})))", *answers)


def signature(folder: Path, name: str = "call") -> list[Any]:
    """The places, the named arguments and the result of a method of `client.things`."""
    said: list[Any] = run(folder, f"print(json.dumps(signature('things', {name!r})))")
    return said


def words(folder: Path, name: str = "call") -> str:
    """The docstring of a method of `client.things`."""
    program = "from aimlapi_client.resources.things import Things\nprint(json.dumps(inspect.getdoc(Things.{})))"
    said: str = run(folder, program.format(name))
    return said
