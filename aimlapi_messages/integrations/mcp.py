"""What an MCP server has, for a run of tools: `tools=await mcp.tools(client)`. Needs the extra `mcp`.

A session belongs to an event loop, and so do its tools: they are for `AsyncAIMLAPI`. With a `portal` of anyio to a loop
on another thread, they are for `AIMLAPI`.
"""

from __future__ import annotations

import asyncio
import re
from base64 import b64decode
from collections.abc import AsyncIterator, Iterable, Mapping
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

try:
    import mcp_types as types
    from mcp import Client, ClientSession, MCPError
except ImportError as error:
    raise ImportError("MCP is not installed: pip install 'aimlapi-messages[mcp]'") from error

from .. import ContentError, Tool, ToolError, document, image

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal

    from ..types import ContentBlockParam, MessageParam

#: `mcp.Client`, which also asks the user what a server wants to know of them, or the session within.
Session: TypeAlias = Client | ClientSession

# Models take no other names, nor longer ones.
_LONGEST: Final = 64
_OTHER: Final = re.compile(r"[^a-zA-Z0-9_-]")


async def tools(
    session: Session, *, prefix: str = "", timeout: float | None = None, portal: BlockingPortal | None = None
) -> list[Tool[..., Any]]:
    """The tools of a session, all pages of them, as they are now.

    prefix: put before their names, such as "github_": two servers may have tools of one name.
    timeout: seconds that a call may take; None for the runner's limit. A call that is given up, or whose run is
        cancelled, is cancelled on the server too.
    portal: to the event loop of the session, for a run of the synchronous client. Its calls are cancelled on the server
        by `timeout` alone. Without one, each call on another loop is an error that says so.
    Names are kept where a model takes them; else what is wrong becomes `_`, and what is too long is cut. Names that
    would then be the same end in a hash of the server's. Schemas are sent as they are, and the server checks the
    arguments. What a tool returns is told to the model as `content` describes it, or as JSON if it is structured alone.
    An error of a tool, or of the protocol, is told as one. A connection that is closed is an `MCPError`: it is told
    without its text, and with `on_tool_error="raise"` it is the cause of the ToolFailedError.
    Raises MCPError.
    """
    found = {one.name: one async for one in _all_tools(session)}
    names = _names(prefix, found)
    return [
        Tool(
            _function(session, name, timeout, portal),
            name=names[name],
            description=one.description or one.title or "",
            input_schema=one.input_schema,
            timeout=timeout,
        )
        for name, one in found.items()
    ]


async def prompt(session: Session, name: str, arguments: dict[str, str] | None = None) -> list[MessageParam]:
    """A prompt of a server, as `messages` of a request. Raises MCPError."""
    made = await session.get_prompt(name, arguments)
    turns = [{"role": one.role, "content": content([one.content])} for one in made.messages]
    return cast("list[MessageParam]", [turn for turn in turns if turn["content"]])


async def resource(session: Session, uri: str) -> list[ContentBlockParam]:
    """A resource of a server, as content of a message. Raises MCPError."""
    read = await session.read_resource(uri)
    return [block for one in read.contents for block in _contents(one)]


def content(blocks: Iterable[types.ContentBlock]) -> list[ContentBlockParam]:
    """Content of MCP as content of a message.

    Text stays text, and images stay images, also in a resource. Other resources become documents, entitled by their
    address, if they are text or PDF. What a model cannot be given is named in a text: sound, files of other types, and
    links to resources.
    """
    return [made for one in blocks for made in _block(one)]


def _block(one: types.ContentBlock) -> Iterable[ContentBlockParam]:
    match one:
        case types.TextContent():
            yield from _text(one.text)
        case types.ImageContent():
            yield from _file(one.data, one.mime_type, "")
        case types.EmbeddedResource():
            yield from _contents(one.resource)
        case types.ResourceLink():
            about = [one.mime_type, one.title or one.name, one.description]
            yield from _text(f"[a resource: {one.uri}; {'; '.join(filter(None, about))}]")
        case types.AudioContent():
            yield from _text(f"[a sound that cannot be told, {one.mime_type}]")


def _contents(one: types.TextResourceContents | types.BlobResourceContents) -> Iterable[ContentBlockParam]:
    if isinstance(one, types.BlobResourceContents):
        yield from _file(one.blob, one.mime_type, one.uri)
    elif one.text:
        yield document(text=one.text, title=one.uri)


def _file(data: str, media_type: str | None, uri: str) -> Iterable[ContentBlockParam]:
    """A file that a server sent. It may not be what the server says that it is."""
    try:
        given = b64decode(data, validate=True)
        yield image(given) if (media_type or "").startswith("image/") else document(given, title=uri or None)
    except (ContentError, ValueError):
        name = f" {uri}" if uri else ""
        yield from _text(f"[a file{name} that cannot be told, {media_type or 'of no known type'}]")


def _text(text: str) -> Iterable[ContentBlockParam]:
    if text:
        yield {"type": "text", "text": text}


async def _all_tools(session: Session) -> AsyncIterator[types.Tool]:
    cursor: str | None = None
    seen: set[str | None] = set()
    while cursor not in seen:  # a server may give one twice
        seen.add(cursor)
        if isinstance(session, Client):
            page = await session.list_tools(cursor=cursor)
        else:
            page = await session.list_tools(params=types.PaginatedRequestParams(cursor=cursor))
        for one in page.tools:
            yield one
        cursor = page.next_cursor
        if not cursor:
            return


def _names(prefix: str, given: Iterable[str]) -> Mapping[str, str]:
    """The name for the model of each of the server's. They do not depend on the order of these."""
    wanted = {name: _OTHER.sub("_", prefix + name) for name in given}
    kept = {name for name, made in wanted.items() if made == prefix + name and len(made) <= _LONGEST}
    made = list(wanted.values())
    return {
        name: one
        if name in kept or (made.count(one) == 1 and len(one) <= _LONGEST)
        else f"{one[: _LONGEST - 9]}_{sha256(name.encode()).hexdigest()[:8]}"
        for name, one in wanted.items()
    }


def _function(session: Session, name: str, timeout: float | None, portal: BlockingPortal | None) -> Any:
    home = None if portal is not None else asyncio.get_running_loop()

    async def call(**arguments: Any) -> Any:
        if asyncio.get_running_loop() is not home:  # where an answer would not wake who waits for it
            raise ToolError("The session is of another event loop: for AIMLAPI, give mcp.tools a portal=...")
        return await _call(session, name, arguments)

    def call_there(**arguments: Any) -> Any:
        return cast("BlockingPortal", portal).call(partial(_call, session, name, arguments, timeout))

    return call if portal is None else call_there


async def _call(session: Session, name: str, arguments: dict[str, Any], timeout: float | None = None) -> Any:
    """What the model is told. Raises ToolError for what it is told as an error, MCPError if the connection is gone."""
    try:
        result = await session.call_tool(name, arguments, read_timeout_seconds=timeout)
    except MCPError as error:
        if error.code == types.CONNECTION_CLOSED:
            raise
        raise ToolError(f"The call failed: {error.message} (code {error.code})") from error
    told: Any = content(result.content)
    if [one["type"] for one in told] == ["text"]:
        told = told[0]["text"]
    elif not told:
        told = result.structured_content
    if result.is_error:
        raise ToolError(told or "The tool failed, and did not say why.")
    return told
