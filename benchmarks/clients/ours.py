"""This package as it installs, with its helper for streams."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI

from . import QUESTION

NAME = "aimlapi-messages"
PACKAGES: tuple[str, ...] = ("aimlapi-messages", "httpx")
IMPORT = "from aimlapi_messages import AIMLAPI"

ARGUMENTS: Any = {"model": "m", "max_tokens": 100, "messages": [{"role": "user", "content": QUESTION}]}


class Sync:
    OPTIONS: ClassVar[dict[str, Any]] = {}

    def __init__(self, base_url: str) -> None:
        self.client = AIMLAPI(api_key="k", base_url=base_url, timeout=600, **self.OPTIONS)

    def reply(self) -> str:
        return self.client.messages.create(**ARGUMENTS).text

    def text(self, first: Callable[[], object]) -> int:
        count = 0
        with self.client.messages.stream(**ARGUMENTS) as stream:
            for piece in stream.text_stream:
                if not count:
                    first()
                count += len(piece)
        return count

    def tool(self) -> dict[str, Any]:
        with self.client.messages.stream(**ARGUMENTS) as stream:
            return stream.get_final_message().tool_uses[0].input


class Async:
    OPTIONS: ClassVar[dict[str, Any]] = {}

    def __init__(self, base_url: str) -> None:
        self.client = AsyncAIMLAPI(api_key="k", base_url=base_url, timeout=600, **self.OPTIONS)

    async def reply(self) -> str:
        return (await self.client.messages.create(**ARGUMENTS)).text

    async def text(self, first: Callable[[], object]) -> int:
        count = 0
        async with self.client.messages.stream(**ARGUMENTS) as stream:
            async for piece in stream.text_stream:
                if not count:
                    first()
                count += len(piece)
        return count

    async def close(self) -> None:
        await self.client.close()


class Bulk(Async):
    async def loop(self, in_flight: int, rows: int) -> None:
        """What one writes by hand: so many tasks, and neither a file nor a limit that adapts."""
        left = iter(range(rows))

        async def several() -> None:
            for _ in left:
                await self.reply()

        await asyncio.gather(*(several() for _ in range(in_flight)))

    async def run(self, in_flight: int, rows: int) -> None:
        params = {name: value for name, value in ARGUMENTS.items() if name != "messages"}
        with TemporaryDirectory() as folder:
            questions = (f"{QUESTION} {number}" for number in range(rows))
            report = await self.client.messages.run(questions, f"{folder}/out.jsonl", in_flight=in_flight, **params)
        if report.succeeded != rows:
            raise RuntimeError("Rows are missing.")
