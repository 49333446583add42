"""One way to run tools with each of the four runners, and the answers that a model would give. Not a test."""

from __future__ import annotations

from typing import Any

from aimlapi_messages import Message

from .wire import MODEL, Gateway, answer, body, text_block, tool_block

DONE = answer(body(text_block("Done.")))


def calls(*uses: tuple[str, dict[str, Any]], stop_reason: str = "tool_use") -> Any:
    """An answer that calls tools: their names and arguments, the ids counted from 0."""
    blocks = [tool_block(id=f"toolu_{n}", name=name, input=given) for n, (name, given) in enumerate(uses)]
    return answer(body(text_block("Let me see."), *blocks, stop_reason=stop_reason))


def results(gateway: Gateway) -> list[dict[str, Any]]:
    """The results that the last request told the model."""
    content: list[dict[str, Any]] = gateway.sent["messages"][-1]["content"]
    return content


class Runs:
    """One of the runners behind one interface."""

    def __init__(self, *, asynchronous: bool, stream: bool) -> None:
        self.asynchronous = asynchronous
        self.stream = stream
        self.runner: Any = None
        self.client_options: dict[str, Any] = {"max_retries": 0}

    def begin(self, gateway: Gateway, **options: Any) -> None:
        """`tool_runner(...)`, which stays in `self.runner`."""
        make: Any = gateway.async_client if self.asynchronous else gateway.client
        client = make(**self.client_options)
        given = {"model": MODEL, "messages": "Hi", "stream": self.stream, **options}
        self.runner = client.messages.tool_runner(**given)

    async def until_done(self, gateway: Gateway, **options: Any) -> Message:
        """`tool_runner(...).until_done()`."""
        self.begin(gateway, **options)
        return await self.go_on()

    async def go_on(self) -> Message:
        """`until_done()` of the same runner."""
        done: Message = await self.runner.until_done() if self.asynchronous else self.runner.until_done()
        return done

    async def leave(self) -> None:
        """Read one event of the next stream, and leave the runner."""
        if self.asynchronous:
            async with self.runner:
                await anext(await anext(self.runner))
        else:
            with self.runner:
                next(next(self.runner))

    async def close(self) -> None:
        """`close()` of a stream runner."""
        closing = self.runner.close()
        if self.asynchronous:
            await closing
