"""What a generated client sends, byte for byte: calls of many operations against a server on this machine."""

from __future__ import annotations

import json
import os
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

from attrs import field, frozen

from scripts.pipeline.generate.package import generate

from .documents import Json, built, document, no_names, operation


@frozen
class Case:
    """One operation, and a call of it in Python. `answer` is the head and the body that the server answers with."""

    entry: Json
    call: str
    path: str = ""
    method: str = "get"
    answer: tuple[str, bytes] = ("application/json", b"{}")


@frozen
class Sent:
    """What came to the server, and what the call gave: the repr of its answer, or of its error."""

    target: str
    headers: Mapping[str, str]
    content: bytes
    given: str


@frozen
class Wire:
    """What became of each case: of its synchronous call, which the asynchronous one is seen to agree with."""

    sent: Mapping[str, Sent]
    refused: Mapping[str, str]
    notes: tuple[str, ...] = field(repr=False)


#: Makes each call on both clients; prints the repr of what each gave, or its error.
PROGRAM = """
import asyncio, datetime, decimal, enum, importlib, io, json, re, sys
from decimal import Decimal
from aimlapi_client import AuthenticatedClient, models
from aimlapi_client.types import File, UNSET

class Color(enum.Enum): RED = "red"
class Text(str, enum.Enum): RED = "red"
class Number(int, enum.Enum): ONE = 1

def file(content, *rest, **more):
    return File(io.BytesIO(content), *rest, **more)

def shown(value):
    return repr(value.payload.read()) if isinstance(value, File) else repr(value)

async def main(address, calls):
    client = AuthenticatedClient(base_url=address, token="t")
    given = {}
    with client:
        async with client:
            for name, call in calls.items():
                module = importlib.import_module(f"aimlapi_client.api.cases.{name}")
                own = [one for one in models.__all__ if re.match(name.replace("case_", "Case") + r"(?!\\d)", one)]
                model = getattr(models, own[0]) if own else None  # the first of this case
                scope = {**globals(), "module": module, "client": client, "model": model}
                found = []
                for function in ("module.sync_detailed", "module.asyncio_detailed"):
                    try:
                        made = eval(f"{function}({call})", scope)
                        made = await made if function.endswith("asyncio_detailed") else made
                        found.append([True, shown(made.parsed)])
                    except Exception as error:
                        found.append([False, f"{type(error).__name__}: {error}"])
                assert found[0] == found[1], (name, found)
                given[name] = found[0]
    print(json.dumps(given))

asyncio.run(main(sys.argv[1], json.loads(sys.stdin.read())))
"""


class _Server(socketserver.ThreadingTCPServer):
    """Keeps each request as it came, by the first segment of its path."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, answers: Mapping[str, tuple[str, bytes]]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = answers
        self.requests: dict[str, list[tuple[str, dict[str, str], bytes]]] = {}


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server = cast("_Server", self.server)
        while line := self.rfile.readline().decode("ascii").strip():
            _, target, _ = line.split(" ")
            headers: dict[str, str] = {}
            while head := self.rfile.readline().decode("ascii").strip():
                name, _, value = head.partition(":")
                headers[name.lower()] = value.strip()
            content = self.rfile.read(int(headers.get("content-length", 0)))
            name = target.split("/")[2].partition("?")[0]
            server.requests.setdefault(name, []).append((target, headers, content))
            media_type, body = server.answers[name]
            told = f"content-type: {media_type}\r\n" if media_type else ""
            self.wfile.write(f"HTTP/1.1 200 OK\r\n{told}content-length: {len(body)}\r\n\r\n".encode() + body)


def exchange(folder: Path, cases: Mapping[str, Case]) -> Wire:
    """Build a document of all cases, generate its client, and make every call on both of its clients."""
    paths: Json = {}
    keep: Json = {}
    named = {f"case_{number}": name for number, name in enumerate(cases)}
    for short, name in named.items():
        case = cases[name]
        path = f"/cases/{short}{case.path}"
        paths[path] = {case.method: case.entry}
        keep[f"{case.method.upper()} {path}"] = short
    result = built(folder, document(paths, openapi="3.1.0"), keep=keep)
    generate(result.openapi, no_names(folder), folder / "client")
    server = _Server({short: cases[name].answer for short, name in named.items()})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", PROGRAM, f"http://127.0.0.1:{server.server_address[1]}"],
            input=json.dumps(
                {
                    short: f"{case.call}{', ' if case.call else ''}client=client"
                    for short, case in zip(named, cases.values(), strict=True)
                }
            ),
            env={**os.environ, "PYTHONPATH": str(folder / "client")},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    sent: dict[str, Sent] = {}
    refused: dict[str, str] = {}
    for short, (went, given) in json.loads(done.stdout).items():
        requests = server.requests.get(short, [])
        if requests:
            first, second = (_comparable(*request) for request in requests)
            assert first == second
            target, headers, content = first
            sent[named[short]] = Sent(target.removeprefix(f"/cases/{short}"), headers, content, given)
        if not went:
            refused[named[short]] = given
    notes = tuple(
        note.replace(f"~1cases~1{short}", name)
        for note in map(str, result.repairs)
        for short, name in named.items()
        if f"~1cases~1{short}/" in note or f"~1cases~1{short}~1" in note
    )
    return Wire(sent, refused, notes)


def _comparable(target: str, headers: dict[str, str], content: bytes) -> tuple[str, dict[str, str], bytes]:
    """A request with a fixed word for the boundary of its form."""
    boundary = headers.get("content-type", "").partition("boundary=")[2].partition(";")[0]
    if boundary:
        headers = {**headers, "content-type": headers["content-type"].replace(boundary, "BOUNDARY")}
        content = content.replace(boundary.encode(), b"BOUNDARY")
    return target, headers, content


def takes(*parameters: Json, **members: Any) -> Json:
    """An operation with these parameters."""
    return operation(parameters=list(parameters), response={"type": "object"}, **members)


def body(content: Json, *, required: bool = True) -> Json:
    """An operation with a body of these media types."""
    return operation(response={"type": "object"}, requestBody={"required": required, "content": content})


def parts(content: bytes) -> Iterable[tuple[str, bytes]]:
    """The head and the content of each part of a form."""
    for part in content.removesuffix(b"--BOUNDARY--\r\n").split(b"--BOUNDARY\r\n")[1:]:
        head, _, inner = part.removesuffix(b"\r\n").partition(b"\r\n\r\n")
        yield head.decode(), inner
