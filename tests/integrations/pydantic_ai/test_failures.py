"""What goes wrong is what Pydantic AI expects, with the client's error as its cause; streams are closed in time."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest

pytest.importorskip("pydantic_ai")

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic_ai import Agent, InstrumentationSettings, Tool, UsageLimitExceeded, UserError, exceptions
from pydantic_ai.capabilities import Instrumentation
from pydantic_ai.direct import model_request_stream
from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError, UnexpectedModelBehavior
from pydantic_ai.messages import ModelRequest
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.fallback import FallbackModel
from pydantic_ai.settings import ModelSettings

import aimlapi_messages
from aimlapi_messages import AsyncAIMLAPI, AuthenticationError, BudgetExceededError
from aimlapi_messages.integrations.pydantic_ai import AIMLAPIModel
from aimlapi_messages.testing import Emulator

from ...support.deadlines import LIMIT
from .material import KEY, MODEL

pytestmark = [pytest.mark.anyio, pytest.mark.operation("create_message")]


@pytest.fixture
async def client(client: AsyncAIMLAPI) -> AsyncAIMLAPI:
    """One that does not retry."""
    return client.with_options(max_retries=0)


async def ask(model: Any, streamed: bool, **options: Any) -> str:
    agent = Agent(model, **options)
    if not streamed:
        return (await agent.run("Hello")).output
    async with agent.run_stream("Hello") as stream:
        return await stream.get_output()


both = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])


@pytest.mark.parametrize(
    ("status", "kind", "cause"),
    [
        (400, "ModelRequestRejectedError", "BadRequestError"),
        (401, "ModelAuthenticationError", "AuthenticationError"),
        (403, "ModelQuotaExceededError", "OutOfCreditError"),
        (404, "ModelNotFoundError", "NotFoundError"),
        (413, "ModelRequestRejectedError", "RequestTooLargeError"),
        (429, "ModelRateLimitError", "RateLimitError"),
        (500, "ModelServerError", "InternalServerError"),
        (503, "ModelUnavailableError", "InternalServerError"),
        (529, "ModelOverloadedError", "OverloadedError"),
    ],
)
@both
async def test_a_status(
    model: AIMLAPIModel, aimlapi_server: Emulator, streamed: bool, status: int, kind: str, cause: str
) -> None:
    aimlapi_server.reply(status)
    with pytest.raises(getattr(exceptions, kind)) as caught:
        await ask(model, streamed)
    error = caught.value
    assert isinstance(error, ModelHTTPError)
    assert isinstance(error.__cause__, getattr(aimlapi_messages, cause))
    assert (error.status_code, error.model_name) == (status, MODEL)
    assert error.hint == error.__cause__.advice
    assert KEY not in f"{error!r} {error} {error.body} {error.headers}"


async def test_what_the_server_says_of_an_error(model: AIMLAPIModel, aimlapi_server: Emulator) -> None:
    aimlapi_server.script({"x-emulator-fail": "429"})
    with pytest.raises(exceptions.ModelRateLimitError) as caught:
        await ask(model, False)
    error, cause = caught.value, caught.value.__cause__
    assert isinstance(cause, aimlapi_messages.RateLimitError)
    assert (error.retry_after, error.body) == (cause.retry_after, cause.body)


@pytest.mark.parametrize(
    ("switches", "kind", "cause"),
    [
        ("cut-after=5", "ModelConnectionError", "StreamIncompleteError"),
        ("no-message-stop;cut-after=6", "ModelConnectionError", "StreamIncompleteError"),
        ("error-after=5", "ModelOverloadedError", "OverloadedError"),
        ("error-after=1;type=rate_limit_error", "ModelRateLimitError", "RateLimitError"),
        ("garbage-after=5", "UnexpectedModelBehavior", "StreamDecodeError"),
        ("html", "UnexpectedModelBehavior", "UnexpectedResponseError"),
        ("empty", "ModelConnectionError", "StreamIncompleteError"),
    ],
)
async def test_a_stream_that_fails(
    model: AIMLAPIModel, aimlapi_server: Emulator, switches: str, kind: str, cause: str
) -> None:
    """Is never taken for a whole answer."""
    aimlapi_server.script({"x-emulator-stream": switches})
    with pytest.raises(getattr(exceptions, kind)) as caught:
        await ask(model, True)
    assert isinstance(caught.value.__cause__, getattr(aimlapi_messages, cause))


CUT_OFF = {"content": [{"type": "tool_use", "id": "toolu_1", "name": "tidy", "input": {}}], "stop_reason": "max_tokens"}


@both
async def test_a_call_that_was_cut_off(model: AIMLAPIModel, aimlapi_server: Emulator, streamed: bool) -> None:
    """Is not run, even if its tool would do without arguments."""
    ran: list[str] = []
    aimlapi_server.reply(CUT_OFF)
    with pytest.raises(exceptions.IncompleteToolCall):
        await ask(model, streamed, tools=[Tool(lambda room="all": ran.append(room), name="tidy", max_retries=0)])
    assert ran == []


TIDY = {"bad": {"where": "here"}, "good": {"room": "hall"}}


@both
async def test_a_call_with_wrong_arguments(model: AIMLAPIModel, aimlapi_server: Emulator, streamed: bool) -> None:
    """Is told so, and those beside it are run."""
    calls = [
        {"type": "tool_use", "id": f"toolu_{name}", "name": "tidy", "input": given} for name, given in TIDY.items()
    ]
    aimlapi_server.reply({"content": calls, "stop_reason": "tool_use"}, "done")
    assert await ask(model, streamed, tools=[Tool(lambda room: f"tidied {room}", name="tidy")]) == "done"
    results = aimlapi_server.requests[-1].body["messages"][-1]["content"]
    assert [result["is_error"] for result in results] == [True, False]


@both
async def test_a_refusal(model: AIMLAPIModel, aimlapi_server: Emulator, streamed: bool) -> None:
    details = {"type": "refusal", "category": "cyber", "explanation": "Not that."}
    aimlapi_server.reply({"content": [], "stop_reason": "refusal", "stop_details": details})
    with pytest.raises(exceptions.ContentFilterError, match="Not that"):
        await ask(model, streamed)


@both
async def test_nobody_is_there(streamed: bool) -> None:
    async with AsyncAIMLAPI(api_key="any", base_url="http://127.0.0.1:9", max_retries=0) as client:
        with pytest.raises(exceptions.ModelConnectionError) as caught:
            await ask(AIMLAPIModel(MODEL, client=client), streamed)
    assert isinstance(caught.value.__cause__, aimlapi_messages.APIConnectionError)


@both
async def test_it_takes_too_long(model: AIMLAPIModel, aimlapi_server: Emulator, streamed: bool) -> None:
    aimlapi_server.script({"x-emulator-stream": "stall-after=0"})
    with pytest.raises(exceptions.ModelTimeoutError) as caught:
        await ask(model, streamed, model_settings=ModelSettings(timeout=0.05))
    assert isinstance(caught.value.__cause__, aimlapi_messages.APITimeoutError)


@both
async def test_a_budget(aimlapi_server: Emulator, streamed: bool) -> None:
    aimlapi_server.reply("one")
    async with AsyncAIMLAPI(api_key="any", base_url=aimlapi_server.base_url, budget_usd=0.0000001) as client:
        model = AIMLAPIModel(MODEL, client=client)
        assert await ask(model, streamed) == "one"
        with pytest.raises(UsageLimitExceeded) as caught:
            await ask(model, streamed)
    assert isinstance(caught.value.__cause__, BudgetExceededError)


async def test_a_wrong_setting(model: AIMLAPIModel) -> None:
    with pytest.raises(UserError) as caught:
        await ask(model, False, model_settings=ModelSettings(timeout=-1))
    assert isinstance(caught.value.__cause__, aimlapi_messages.InvalidRequestError)


@pytest.mark.parametrize("switches", ["error-after=1", "html"])
async def test_another_model_steps_in(model: AIMLAPIModel, aimlapi_server: Emulator, switches: str) -> None:
    """Also for a stream that fails before it has said anything."""
    other = AIMLAPIModel("anthropic/claude-haiku-4.5", client=model.client)
    fallback = FallbackModel(model, other, fallback_on=(ModelAPIError, UnexpectedModelBehavior))
    aimlapi_server.script({"x-emulator-stream": switches})
    assert "Hello" in await ask(fallback, True)
    aimlapi_server.reply(529, "again")
    assert await ask(fallback, False) == "again"
    models = [one.body["model"] for one in aimlapi_server.requests]
    assert models == [MODEL, "anthropic/claude-haiku-4.5"] * 2


LONG = "An answer of quite some words, so that it has pieces. " * 20


async def test_a_stream_that_is_left_is_closed(model: AIMLAPIModel, aimlapi_server: Emulator) -> None:
    """Who reads on does not wait for a server that says nothing more."""
    aimlapi_server.reply(LONG)
    aimlapi_server.script({"x-emulator-stream": "stall-after=8"})
    prompt = [ModelRequest.user_text_prompt("Hello")]
    async with model.request_stream(prompt, None, ModelRequestParameters()) as stream:
        async for _ in stream:
            break
    assert stream.get().state == "incomplete"

    async def read_on() -> list[Any]:
        return [event async for event in stream]

    with pytest.raises(exceptions.ModelConnectionError):
        await asyncio.wait_for(read_on(), LIMIT)


async def test_a_run_that_is_left(model: AIMLAPIModel, aimlapi_server: Emulator) -> None:
    aimlapi_server.reply(LONG, "next")
    aimlapi_server.script({"x-emulator-stream": "stall-after=8"})
    async with Agent(model).run_stream("Hello") as stream:
        async for _ in stream.stream_text():
            break
    assert stream.response.state == "incomplete"
    assert await ask(model, True) == "next"


async def test_a_stream_is_cancelled(model: AIMLAPIModel, aimlapi_server: Emulator) -> None:
    """While another task reads it, which then comes to the end of what had come."""
    aimlapi_server.reply(LONG)
    aimlapi_server.script({"x-emulator-stream": "stall-after=8"})
    async with model_request_stream(model, [ModelRequest.user_text_prompt("Hello")]) as stream:
        has_begun = asyncio.Event()

        async def read() -> int:
            count = 0
            async for _ in stream:
                count += 1
                has_begun.set()
            return count

        reader = asyncio.ensure_future(read())
        await has_begun.wait()
        await stream.cancel()
        assert await reader > 0
    assert (stream.cancelled, stream.get().state) == (True, "interrupted")
    assert [event async for event in stream] == []


async def test_a_task_is_cancelled(model: AIMLAPIModel, aimlapi_server: Emulator) -> None:
    aimlapi_server.script({"x-emulator-stream": "stall-after=0"})
    task = asyncio.ensure_future(ask(model, True))
    while not aimlapi_server.requests:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert "Hello" in await ask(model, False)


@both
async def test_a_traced_run(model: AIMLAPIModel, aimlapi_server: Emulator, streamed: bool) -> None:
    """Has the model, the tokens and what the gateway says that it cost."""
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    meta = {"usage": {"credits_used": 2000, "usd_spent": 0.001}}
    aimlapi_server.reply({"content": "Hi", "usage": {"input_tokens": 3, "output_tokens": 4}, "meta": meta})
    settings = InstrumentationSettings(tracer_provider=provider, include_content=False)
    await ask(model, streamed, capabilities=[Instrumentation(settings)])
    (span,) = [one for one in spans.get_finished_spans() if one.name == f"chat {MODEL}"]
    attributes = dict(span.attributes or {})
    assert attributes["gen_ai.provider.name"] == "aimlapi"
    assert (attributes["gen_ai.usage.input_tokens"], attributes["gen_ai.usage.output_tokens"]) == (3, 4)
    assert Decimal(str(attributes["operation.cost"])) == Decimal("0.001")
    assert KEY not in str([dict(one.attributes or {}) for one in spans.get_finished_spans()])


async def test_a_wrong_key(aimlapi_server: Emulator) -> None:
    async with AsyncAIMLAPI(api_key="invalid-key", base_url=aimlapi_server.base_url) as client:
        with pytest.raises(exceptions.ModelAuthenticationError) as caught:
            await ask(AIMLAPIModel(MODEL, client=client), False)
    assert isinstance(caught.value.__cause__, AuthenticationError)
    assert "invalid-key" not in str(caught.value)
