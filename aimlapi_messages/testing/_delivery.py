"""How the events of a stream reach the caller: in good order, or with the fault that a switch asks for.

Every fault of the transport belongs here. `frames` decides what is sent, `EventStream` how the body ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from itertools import islice

from starlette.responses import HTMLResponse, StreamingResponse
from starlette.types import Message, Send

from ._sse import overloaded_event
from ._switches import Switches

_HTML = "<!doctype html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n"


async def frames(events: Iterable[bytes], switches: Switches) -> AsyncIterator[bytes]:
    """The pieces of the body, one event each. Other tasks get their turn between two events."""
    faulty = switches.stream in ("cut-after", "end-after", "error-after")
    for event in islice(events, switches.after if faulty else None):
        yield event
        await asyncio.sleep(0)
    if switches.stream == "error-after":
        yield overloaded_event()


class EventStream(StreamingResponse):
    """A response of server-sent events; with the switch `cut-after` its body never ends properly."""

    def __init__(self, events: Iterable[bytes], switches: Switches) -> None:
        super().__init__(
            frames(events, switches),
            status_code=switches.status,
            headers={"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"},
        )
        self._cut = switches.stream == "cut-after"

    async def stream_response(self, send: Send) -> None:
        """Send the body. The server drops the connection when the last message of a body never comes."""

        async def send_unless_last(message: Message) -> None:
            if message["type"] != "http.response.body" or message.get("more_body"):
                await send(message)

        await super().stream_response(send_unless_last if self._cut else send)


def login_page() -> HTMLResponse:
    """The page that stands between a caller and the API."""
    return HTMLResponse(_HTML)
