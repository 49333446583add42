"""This package as it installs, with its helper for streams."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI

from . import QUESTION

NAME = "aimlapi-messages"
PACKAGES: tuple[str, ...] = ("aimlapi-messages", "httpx")
IMPORT = "from aimlapi_messages import AIMLAPI"

ARGUMENTS: Any = {"model": "m", "max_tokens": 100, "messages": [{"role": "user", "content": QUESTION}]}


class Sync:
    OPTIONS: Any = {}

    def __init__(self, base_url: str) -> None:
        self.client = AIMLAPI(api_key="k", base_url=base_url, **self.OPTIONS)

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
    OPTIONS: Any = {}

    def __init__(self, base_url: str) -> None:
        self.client = AsyncAIMLAPI(api_key="k", base_url=base_url, **self.OPTIONS)

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
