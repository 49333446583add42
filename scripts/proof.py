"""Proves that a change of the document reaches the caller; used by `make demo` and by the tests.

A document gets two more operations, an optional request field and a response field. Two lines are added to
`sources.toml`, and nothing else is written by hand. After `regenerate`, the operations are methods of both clients,
and the fields are arguments and attributes, all typed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import cast

from scripts.pipeline.checkout.workspace import Workspace, regenerate
from scripts.pipeline.document.dump import dump_yaml
from scripts.pipeline.document.tree import Json
from scripts.pipeline.source.reading import parse_mapping

__all__ = ["LINES", "USES", "add_lines", "check_types", "gained", "prove", "run_program"]

ROOT = Path(__file__).resolve().parents[1]

#: The lines written by hand.
LINES = (
    '"GET /v1/files" = { name = "list_files", method = "files.list" }',
    '"GET /v1/files/{file_id}" = { name = "get_file", method = "files.retrieve" }',
)

#: Checked by pyright, which must reject exactly the lines marked "refused".
USES = """\
from datetime import datetime
from decimal import Decimal
from typing import assert_type

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI


def use(client: AIMLAPI) -> None:
    for file in client.files.list(purpose="batch", timeout=5):
        assert_type(file.id, str)
        assert_type(file.created_at, datetime)
        assert_type(client.files.retrieve(file.id).size_bytes, int | None)
    client.files.list(purpos="batch")  # refused
    client.messages.create(model="m", messages="Hi", verbosity="low")
    client.messages.create(model="m", messages="Hi", verbosity="lowest")  # refused
    assert_type(client.account.balance().reserved_balance, float | None)
    assert_type(client.account.balance().current_balance, Decimal)


async def use_async(client: AsyncAIMLAPI) -> None:
    async for file in client.files.list():
        assert_type((await client.files.retrieve(file.id)).filename, str)
"""

PROGRAM = """\
import asyncio, json
import httpx
from aimlapi_messages import AIMLAPI, AsyncAIMLAPI

def serve(request: httpx.Request) -> httpx.Response:
    if request.url.path == "/v1/files":
        start = int(request.url.params.get("cursor", "0"))
        day = "2026-11-28T00:00:00Z"
        data = [{"id": f"file_{n}", "filename": f"{n}.txt", "created_at": day} for n in (start, start + 1)]
        return httpx.Response(200, json={"data": data, "next_cursor": str(start + 2) if start < 2 else None})
    if request.url.path == "/v2/billing":
        return httpx.Response(200, json={"current_balance": 9.5, "currency": "USD", "reserved_balance": 0.25})
    sent = json.loads(request.content)
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": sent["model"],
               "stop_reason": "end_turn", "usage": {"input_tokens": 1, "output_tokens": 1},
               "content": [{"type": "text", "text": sent["verbosity"]}]}
    return httpx.Response(200, json=message)

async def asynchronous() -> list[str]:
    http_client = httpx.AsyncClient(transport=httpx.MockTransport(serve))
    async with AsyncAIMLAPI(api_key="any", http_client=http_client) as client:
        return [file.id async for file in client.files.list()]

with AIMLAPI(api_key="any", http_client=httpx.Client(transport=httpx.MockTransport(serve))) as client:
    print(json.dumps({
        "sync": [file.id for file in client.files.list(limit=2)],
        "async": asyncio.run(asynchronous()),
        "said": client.messages.create(model="m", messages="Hi", verbosity="low").text,
        "reserved": client.account.balance().reserved_balance,
    }))
"""


def gained(document: Json) -> Json:
    """Add two operations, a field of the message request and a response field to the document."""
    parameters = [
        {"name": "cursor", "in": "query", "schema": {"type": "string"}},
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}},
        {"name": "purpose", "in": "query", "schema": {"type": "string", "enum": ["batch", "user_data"]}},
    ]
    page = {
        "type": "object",
        "required": ["data"],
        "properties": {"data": {"type": "array", "items": _FILE}, "next_cursor": {"type": ["string", "null"]}},
    }
    place = {"name": "file_id", "in": "path", "required": True, "schema": {"type": "string"}}
    document["paths"]["/v1/files"] = {"get": {"parameters": parameters, "responses": _answer(page)}}
    document["paths"]["/v1/files/{file_id}"] = {"get": {"parameters": [place], "responses": _answer(_FILE)}}
    schemas: dict[str, Json] = document["components"]["schemas"]
    schemas["CreateMessageParams"]["properties"]["verbosity"] = {"type": "string", "enum": ["high", "low", "medium"]}
    schemas["BillingSummary"]["properties"]["reserved_balance"] = {"type": "number"}
    return document


_FILE: Json = {
    "type": "object",
    "required": ["id", "filename", "created_at"],
    "properties": {
        "id": {"type": "string"},
        "filename": {"type": "string"},
        "size_bytes": {"type": "integer"},
        "created_at": {"type": "string", "format": "date-time"},
    },
}


def _answer(schema: Json) -> Json:
    return {"200": {"description": "Done.", "content": {"application/json": {"schema": schema}}}}


def add_lines(sources: Path) -> None:
    """Add the two lines to a `sources.toml`."""
    text = sources.read_text(encoding="utf-8")
    sources.write_text(text.replace("[operations]\n", "[operations]\n" + "\n".join(LINES) + "\n", 1), encoding="utf-8")


def prove(workspace: Workspace) -> None:
    """Change the document of a workspace, add the two lines, and regenerate."""
    changed = workspace.root / "gained.yaml"
    document = gained(parse_mapping(workspace.openapi.read_bytes(), source=str(workspace.openapi)))
    changed.write_text(dump_yaml(document), encoding="utf-8")
    add_lines(workspace.inputs.sources)
    regenerate(workspace, url=None, input_file=changed)


def check_types(workspace: Workspace) -> tuple[set[int], set[int]]:
    """The lines of USES that pyright rejects in strict mode, and those that it must reject."""
    folder = workspace.root
    uses = folder / "uses.py"
    uses.write_text(USES, encoding="utf-8")
    settings = {
        "typeCheckingMode": "strict",
        "extraPaths": [str(workspace.generated), str(ROOT)],
        "include": ["uses.py"],
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    pyright = str(Path(sys.executable).parent / "pyright")
    done = subprocess.run(
        [pyright, "--outputjson", "--pythonpath", sys.executable, "-p", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    found: list[Json] = json.loads(done.stdout)["generalDiagnostics"]
    refused = {one["range"]["start"]["line"] + 1 for one in found if one["file"].endswith("uses.py")}
    return refused, {number for number, line in enumerate(USES.splitlines(), 1) if line.endswith("# refused")}


def run_program(workspace: Workspace) -> Json:
    """The results of both regenerated clients, run in a separate process."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(workspace.generated), str(ROOT)])}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, check=True, env=environment, cwd=workspace.root, capture_output=True, text=True)
    return cast("Json", json.loads(done.stdout))
