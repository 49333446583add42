"""A gateway without a network whose answers go by what is asked, and both clients before it. Not a test."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

import httpx
import pytest

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI, RunReport, RunResult

from ..support.wire import KEY, MODEL, Chunks, body, meta, text_block

PRICE: Final = "0.0001"
# Of retries that need no patience.
SOON: Final = {"retry-after-ms": "1"}

Reply = Callable[[], httpx.Response] | Exception


def answered(text: str = "Hello", usd: str | None = PRICE) -> Reply:
    """A message with its price, None for none."""
    price = {} if usd is None else {"meta": meta(usd_spent=float(usd), credits_used=int(float(usd) * 2_000_000))}
    return whole(body(text_block(text), **price))


def whole(content: Any, status: int = 200, **headers: str) -> Reply:
    return lambda: httpx.Response(status, json=content, headers=headers)


PAID: Final = {"x-aimlapi-usd-spent": PRICE, "x-aimlapi-credits-used": "200"}


def broken(headers: Mapping[str, str]) -> Reply:
    """An answer of which the head and some bytes arrive."""
    return lambda: httpx.Response(200, headers=headers, stream=Chunks([b'{"id": "m'], httpx.ReadError("cut")))


def refused(status: int, **headers: str) -> Reply:
    return whole({"message": f"no: {KEY}"}, status, **{**SOON, **headers})


class Server:
    """Answers each question with what it was given for it, one after the other, and then as usual.

    asked: how often each was asked. ids: the calls of each. logs: what the account's logs say of a call, given by a
    function of its id: its cost, None for nothing; a status where they cannot be read.
    """

    def __init__(self, replies: Mapping[str, Iterable[Reply]] | None = None) -> None:
        self._replies = {question: list(given) for question, given in (replies or {}).items()}
        self.asked: Counter[str] = Counter()
        self.ids: dict[str, list[str]] = {}
        self.looks = 0
        self.logs: Callable[[str], str | None] | int = lambda _: None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v2/logs":
            self.looks += 1
            return self._logs()
        question = json.loads(request.content)["messages"][0]["content"]
        self.asked[question] += 1
        self.ids.setdefault(question, []).append(request.headers["x-client-request-id"])
        given = self._replies.get(question)
        reply = given.pop(0) if given else answered(f"Re: {question}")
        if isinstance(reply, Exception):
            raise reply
        return reply()

    async def respond(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        return self(request)

    def _logs(self) -> httpx.Response:
        if isinstance(self.logs, int):
            return httpx.Response(self.logs, headers=SOON)
        told = [(one, self.logs(one)) for ids in self.ids.values() for one in ids]
        page = {"limit": 100, "offset": 0, "total": len(told), "has_more": False}
        entries = [_entry(one, usd) for one, usd in told if usd is not None]
        return httpx.Response(200, json={"data": entries, "pagination": page})


def _entry(call: str, usd: str) -> dict[str, Any]:
    return {
        "created": datetime.now(UTC).isoformat(),
        "status": "succeeded" if float(usd) else "failed",
        "model": MODEL,
        "cost": {"usd": float(usd), "credits": float(usd) * 2_000_000},
        "inference_id": f"inf-{call}",
        "client_request_id": call,
    }


class Runs:
    """Runs of one of the clients on one server, with a model and a settling time of no length."""

    def __init__(self, is_async: bool, server: Server, **options: Any) -> None:
        self._is_async, self._server, self._options = is_async, server, {"settle_after": 0.001, "model": MODEL}
        self._client_options = options

    def run(self, requests: Any, path: Path, **options: Any) -> RunReport:
        options = {**self._options, **options}
        if not self._is_async:
            return self._client().messages.run(requests, path, **options)

        async def run() -> RunReport:
            return await self._async_client().messages.run(requests, path, **options)

        return asyncio.run(run())

    def map(self, requests: Any, *, most: int | None = None, **options: Any) -> list[RunResult[Any]]:
        """The results, or so many of the first."""
        options, found = {**self._options, **options}, list[RunResult[Any]]()
        if not self._is_async:
            for result in self._client().messages.map(requests, **options):
                found.append(result)
                if len(found) == most:
                    break
            return found

        async def run() -> None:
            results = self._async_client().messages.map(requests, **options)
            async for result in results:
                found.append(result)
                if len(found) == most:
                    break
            await cast("AsyncGenerator[Any]", results).aclose()

        asyncio.run(run())
        return found

    def _client(self) -> AIMLAPI:
        transport = httpx.MockTransport(self._server)
        return AIMLAPI(api_key=KEY, http_client=httpx.Client(transport=transport), **self._client_options)

    def _async_client(self) -> AsyncAIMLAPI:
        transport = httpx.MockTransport(self._server.respond)
        return AsyncAIMLAPI(api_key=KEY, http_client=httpx.AsyncClient(transport=transport), **self._client_options)


MakeRuns = Callable[..., Runs]
both = pytest.mark.parametrize("is_async", [pytest.param(False, id="sync"), pytest.param(True, id="async")])
needs_the_document = pytest.mark.operation("create_message", "create_batch", "list_logs")


def lines_of(path: Path) -> dict[str, dict[str, Any]]:
    """The lines of a file by their names, the last one of each, read with nothing but `json`."""
    return {line["custom_id"]: line for line in map(json.loads, path.read_bytes().splitlines())}


def kinds_of(path: Path) -> dict[str, str]:
    """What became of each name: "succeeded", or the type of its error."""
    return {name: kind_of(line["result"]) for name, line in lines_of(path).items()}


def kind_of(result: Mapping[str, Any]) -> str:
    return result["error"]["error"]["type"] if result["type"] == "errored" else result["type"]


def rows(*questions: str) -> list[dict[str, Any]]:
    """Rows that are named by what they ask."""
    return [{"custom_id": one, "params": {"messages": one}} for one in questions]
