"""The `openai` SDK, in its own dialect, with its helper for streams."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import openai

from . import QUESTION

NAME = "openai"
PACKAGES = ("openai",)
IMPORT = "import openai"

ARGUMENTS: Any = {"model": "m", "max_tokens": 100, "messages": [{"role": "user", "content": QUESTION}]}


class Sync:
    def __init__(self, base_url: str) -> None:
        self.client = openai.OpenAI(api_key="k", base_url=base_url)

    def reply(self) -> str:
        return str(self.client.chat.completions.create(**ARGUMENTS).choices[0].message.content)

    def text(self, first: Callable[[], object]) -> int:
        count = 0
        with self.client.chat.completions.stream(**ARGUMENTS) as stream:
            for event in stream:
                if event.type == "content.delta":
                    if not count:
                        first()
                    count += len(event.delta)
        return count

    def tool(self) -> dict[str, Any]:
        with self.client.chat.completions.stream(**ARGUMENTS) as stream:
            calls: Any = stream.get_final_completion().choices[0].message.tool_calls
        value: dict[str, Any] = json.loads(calls[0].function.arguments)
        return value


class Async:
    def __init__(self, base_url: str) -> None:
        self.client = openai.AsyncOpenAI(api_key="k", base_url=base_url)

    async def reply(self) -> str:
        return str((await self.client.chat.completions.create(**ARGUMENTS)).choices[0].message.content)

    async def text(self, first: Callable[[], object]) -> int:
        count = 0
        async with self.client.chat.completions.stream(**ARGUMENTS) as stream:
            async for event in stream:
                if event.type == "content.delta":
                    if not count:
                        first()
                    count += len(event.delta)
        return count

    async def close(self) -> None:
        await self.client.close()
