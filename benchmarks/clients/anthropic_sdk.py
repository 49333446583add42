"""The `anthropic` SDK, with its helper for streams."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import anthropic

from . import QUESTION

NAME = "anthropic"
PACKAGES = ("anthropic", "httpx2", "pydantic")
IMPORT = "import anthropic"

ARGUMENTS: Any = {"model": "m", "max_tokens": 100, "messages": [{"role": "user", "content": QUESTION}]}


class Sync:
    def __init__(self, base_url: str) -> None:
        self.client = anthropic.Anthropic(api_key="k", base_url=base_url)

    def reply(self) -> str:
        return str(self.client.messages.create(**ARGUMENTS).content[0].text)

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
            block: Any = stream.get_final_message().content[0]
        return cast("dict[str, Any]", block.input)


class Async:
    def __init__(self, base_url: str) -> None:
        self.client = anthropic.AsyncAnthropic(api_key="k", base_url=base_url)

    async def reply(self) -> str:
        return str((await self.client.messages.create(**ARGUMENTS)).content[0].text)

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
