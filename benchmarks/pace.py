"""Plots how many calls `messages.run` has in flight, on a server that takes 100 at a time, then 30, then 100 again.

`python -m benchmarks.pace` runs for a minute, and writes `docs/assets/pace.svg`. What is above the server's limit is
refused with 529, as by a provider that is overloaded.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import matplotlib as mpl
from matplotlib import pyplot

from aimlapi_messages import AsyncAIMLAPI

from .payloads import reply

PATH: Final = Path(__file__).parents[1] / "docs" / "assets" / "pace.svg"
# Until when, in seconds from the start, the server takes how many calls at a time.
LIMITS: Final = ((20, 100), (40, 30), (60, 100))
ANSWER_SECONDS: Final = 0.1
IN_FLIGHT: Final = 256

mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "aimlapi-messages", "font.size": 9})


class Server:
    """Answers each call after a while, or refuses it at once; knows how many it answers at the same time."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._busy = self.connections = 0

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    @property
    def limit(self) -> int:
        return next((limit for until, limit in LIMITS if self.seconds < until), LIMITS[-1][1])

    async def connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-le"))
                await reader.readexactly(length)
                writer.write(await self._answer())
        except (ConnectionError, asyncio.IncompleteReadError):
            writer.close()
            self.connections -= 1

    async def _answer(self) -> bytes:
        if self._busy >= self.limit:
            return _http("529 Overloaded", b"{}")
        self._busy += 1
        await asyncio.sleep(ANSWER_SECONDS)
        self._busy -= 1
        return _http("200 OK", reply(100, chat=False))


def _http(status: str, body: bytes) -> bytes:
    return f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


async def measure() -> list[tuple[float, int, int, int]]:
    """The seconds, what is in flight, the limit of the run, and that of the server."""
    server = Server()
    seen: list[tuple[float, int, int, int]] = []

    def look(progress: Any) -> None:
        seen.append((server.seconds, progress.in_flight, progress.limit, server.limit))

    def rows() -> Iterator[str]:
        number = 0
        while server.seconds < LIMITS[-1][0]:
            yield f"Row {number}"
            number += 1

    listening = await asyncio.start_server(server.connection, "127.0.0.1", 0, backlog=2048)
    url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    with TemporaryDirectory() as folder:
        async with listening, AsyncAIMLAPI(api_key="k", base_url=url) as client:
            output = Path(folder) / "out.jsonl"
            await client.messages.run(rows(), output, model="m", max_tokens=10, in_flight=IN_FLIGHT, progress=look)
    while server.connections:
        await asyncio.sleep(0.01)
    return seen


def draw(seen: list[tuple[float, int, int, int]], path: Path) -> None:
    """Write the plot to a file, as SVG."""
    seconds, in_flight, limits, servers = zip(*seen, strict=True)
    figure, panel = pyplot.subplots(figsize=(9, 3.4), layout="constrained")
    panel.step(seconds, servers, where="post", color="0.6", linestyle="--", label="what the server takes")
    panel.plot(seconds, limits, linewidth=1, label="the limit of the run")
    panel.plot(seconds, in_flight, linewidth=1.8, label="in flight")
    panel.set(xlabel="seconds", ylabel="calls", ylim=(0, None), xlim=(0, LIMITS[-1][0]))
    panel.grid(visible=True, alpha=0.3)
    figure.legend(loc="outside lower center", ncols=3)
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


if __name__ == "__main__":
    draw(asyncio.run(measure()), PATH)
