"""aiohttp alone: a loop over lines that only decodes their JSON, as one writes it by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import aiohttp

from . import QUESTION

NAME = "plain aiohttp"
PACKAGES = ("aiohttp",)
IMPORT = "import aiohttp"

BODY: dict[str, Any] = {"model": "m", "max_tokens": 100, "messages": [{"role": "user", "content": QUESTION}]}

Sync = None


class Async:
    def __init__(self, base_url: str) -> None:
        self.url = f"{base_url}/v1/messages"
        self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1000))

    async def reply(self) -> str:
        async with self.session.post(self.url, json=BODY) as response:
            text: str = (await response.json())["content"][0]["text"]
            return text

    async def text(self, first: Callable[[], object]) -> int:
        count = 0
        async with self.session.post(self.url, json={**BODY, "stream": True}) as response:
            async for line in response.content:
                if line.startswith(b"data: "):
                    event = json.loads(line[6:])
                    if event["type"] == "content_block_delta":
                        if not count:
                            first()
                        count += len(event["delta"]["text"])
        return count

    async def close(self) -> None:
        await self.session.close()
