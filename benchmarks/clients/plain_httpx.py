"""httpx alone: a loop over lines that only decodes their JSON, as one writes it by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

from . import QUESTION

NAME = "plain httpx"
PACKAGES = ("httpx",)
IMPORT = "import httpx, attrs"

BODY: dict[str, Any] = {"model": "m", "max_tokens": 100, "messages": [{"role": "user", "content": QUESTION}]}
LIMITS = httpx.Limits(max_connections=1000, max_keepalive_connections=100)


class Sync:
    def __init__(self, base_url: str) -> None:
        self.url = f"{base_url}/v1/messages"
        self.client = httpx.Client(timeout=600, limits=LIMITS)

    def reply(self) -> str:
        text: str = self.client.post(self.url, json=BODY).json()["content"][0]["text"]
        return text

    def text(self, first: Callable[[], object]) -> int:
        count = 0
        with self.client.stream("POST", self.url, json={**BODY, "stream": True}) as response:
            for line in response.iter_lines():
                if line.startswith("data: "):
                    event = json.loads(line[6:])
                    if event["type"] == "content_block_delta":
                        if not count:
                            first()
                        count += len(event["delta"]["text"])
        return count

    def tool(self) -> dict[str, Any]:
        pieces: list[str] = []
        with self.client.stream("POST", self.url, json={**BODY, "stream": True}) as response:
            for line in response.iter_lines():
                if line.startswith("data: "):
                    event = json.loads(line[6:])
                    if event["type"] == "content_block_delta":
                        pieces.append(event["delta"]["partial_json"])
        value: dict[str, Any] = json.loads("".join(pieces))
        return value


class Async:
    def __init__(self, base_url: str) -> None:
        self.url = f"{base_url}/v1/messages"
        self.client = httpx.AsyncClient(timeout=600, limits=LIMITS)

    async def reply(self) -> str:
        text: str = (await self.client.post(self.url, json=BODY)).json()["content"][0]["text"]
        return text

    async def text(self, first: Callable[[], object]) -> int:
        count = 0
        async with self.client.stream("POST", self.url, json={**BODY, "stream": True}) as response:
            async for line in response.aiter_lines():
                if line.startswith("data: "):
                    event = json.loads(line[6:])
                    if event["type"] == "content_block_delta":
                        if not count:
                            first()
                        count += len(event["delta"]["text"])
        return count

    async def close(self) -> None:
        await self.client.aclose()
