"""A server with a tool of every kind, for tests in memory and over stdio: `python server.py`. Not a test."""

from __future__ import annotations

import asyncio
import json
import os
from base64 import b64encode
from typing import Any

import mcp_types as types
from mcp import MCPError
from mcp.server import Server
from mcp.server.stdio import stdio_server

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
PDF = b64encode(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n").decode()
TWO = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}, "required": ["a", "b"]}
ANY: dict[str, Any] = {"type": "object"}
LONG = "look_" + "far_" * 20

Result = types.CallToolResult


def text(value: str) -> types.TextContent:
    return types.TextContent(text=value)


def embedded(**contents: Any) -> types.EmbeddedResource:
    kind = types.BlobResourceContents if "blob" in contents else types.TextResourceContents
    return types.EmbeddedResource(resource=kind(**contents))


# What each tool gives, whatever it is asked.
RESULTS: dict[str, Result] = {
    "nothing": Result(content=[]),
    "texts": Result(content=[text("one"), text(""), text("two")]),
    "pixel": Result(content=[text("Look:"), types.ImageContent(data=PNG, mime_type="image/png")]),
    "sound": Result(content=[types.AudioContent(data="AAAA", mime_type="audio/wav")]),
    "page": Result(content=[embedded(uri="file:///a.md", text="# Title", mime_type="text/markdown")]),
    "pdf": Result(content=[embedded(uri="file:///a.pdf", blob=PDF, mime_type="application/pdf")]),
    "picture": Result(content=[embedded(uri="file:///a.png", blob=PNG, mime_type="image/png")]),
    "archive": Result(content=[embedded(uri="file:///a.zip", blob="UEsDBP8A/w==", mime_type="application/zip")]),
    "false_picture": Result(content=[types.ImageContent(data="AAAA", mime_type="image/png")]),
    "no_base64": Result(content=[types.ImageContent(data="?", mime_type="image/png")]),
    "link": Result(
        content=[types.ResourceLink(name="a", uri="file:///a.csv", mime_type="text/csv", description="A table.")]
    ),
    "structured": Result(content=[], structured_content={"degrees": 18}),
    "both": Result(content=[text("18 degrees")], structured_content={"degrees": 18}),
    "failing": Result(content=[text("No such city.")], is_error=True),
    "failing_pixel": Result(content=[types.ImageContent(data=PNG, mime_type="image/png")], is_error=True),
    "failing_data": Result(content=[], structured_content={"code": 7}, is_error=True),
    "failing_dumbly": Result(content=[], is_error=True),
    "files.read": Result(content=[text("with a point")]),
    "files_read": Result(content=[text("without")]),
    "files/list": Result(content=[text("with a slash")]),
    "température": Result(content=[text("18")]),
    LONG: Result(content=[text("far")]),
}


class Answers:
    """The server, and what it saw."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.cancelled = asyncio.Event()
        self.server: Server[Any] = Server(
            "tests",
            on_list_tools=self.list_tools,
            on_call_tool=self.call_tool,
            on_get_prompt=self.get_prompt,
            on_read_resource=self.read_resource,
        )

    async def list_tools(self, _: Any, params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        """Three on each page."""
        named = [types.Tool(name=name, description=f"Gives {name}.", input_schema=ANY) for name in RESULTS]
        named += [
            types.Tool(name="add", description="Adds.", input_schema=TWO),
            types.Tool(name="hang", title="Hangs", input_schema=ANY),
            types.Tool(name="refuse", input_schema=ANY),
            types.Tool(name="leave", input_schema=ANY),
            types.Tool(name="echo", input_schema=ANY),
        ]
        start = int((params and params.cursor) or 0)
        more = str(start + 3) if start + 3 < len(named) else None
        return types.ListToolsResult(tools=named[start : start + 3], next_cursor=more)

    async def call_tool(self, _: Any, params: types.CallToolRequestParams) -> Result:
        given = params.arguments or {}
        self.asked.append((params.name, given))
        if params.name == "add":
            return Result(content=[text(str(given["a"] + given["b"]))])
        if params.name == "refuse":
            raise MCPError(types.INVALID_PARAMS, "Give a city.")
        if params.name == "echo":
            return Result(content=[text(json.dumps(given))])
        if params.name == "leave":  # as a server that crashes
            os._exit(0)
        if params.name == "hang":
            try:
                await asyncio.sleep(600)
            finally:
                self.cancelled.set()
        return RESULTS[params.name]

    async def get_prompt(self, _: Any, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        if params.name != "weather":
            raise MCPError(types.INVALID_PARAMS, "There is no such prompt.")
        city = (params.arguments or {}).get("city", "")
        turns: list[Any] = [
            ("user", text(f"Weather in {city}?")),
            ("assistant", text("")),
            ("user", types.ImageContent(data=PNG, mime_type="image/png")),
        ]
        return types.GetPromptResult(messages=[types.PromptMessage(role=role, content=one) for role, one in turns])

    async def read_resource(self, _: Any, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        contents: list[Any] = [
            types.TextResourceContents(uri=params.uri, text="hello"),
            types.BlobResourceContents(uri=params.uri, blob=PNG, mime_type="image/png"),
        ]
        return types.ReadResourceResult(contents=contents)


async def main() -> None:
    server = Answers().server
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


if __name__ == "__main__":
    asyncio.run(main())
