"""Whose child a span is: in threads, tasks, tools, runs and streams; and the metrics of all these."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import httpx
import pytest

pytest.importorskip("opentelemetry.sdk")

from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind, StatusCode

from aimlapi_messages import APIError, AsyncAIMLAPI, ToolError, tool
from aimlapi_messages.integrations import otel

from ...support.batches import LINES, RUNNING, STATE, WHOLE, request
from ...support.callers import AsyncCaller, Caller, in_process
from ...support.deadlines import LIMIT
from ...support.runs import DONE, Runs, calls
from ...support.wire import KEY, MODEL, TEXT_EVENTS, Gateway, answer, body, sse, text_block
from .telemetry import Telemetry

pytestmark = pytest.mark.anyio

USAGE = {"input_tokens": 7, "output_tokens": 3, "cache_read_input_tokens": 100}
GOOD = answer(body(text_block("Blue."), usage=USAGE))


def parent_of(span: ReadableSpan) -> int:
    return 0 if span.parent is None else span.parent.span_id


def id_of(span: ReadableSpan | trace.Span) -> int:
    context = span.get_span_context()
    assert context is not None
    return context.span_id


def current() -> int:
    return trace.get_current_span().get_span_context().span_id


@in_process
@pytest.mark.parametrize("how", ["create", "final"])
async def test_a_span_is_the_current_one_where_the_request_is_sent(caller: Caller, how: str) -> None:
    """So that spans of HTTP are its children; before and after it is that of the caller."""
    telemetry, sent = Telemetry(), list[int]()
    caller.options["on_call"] = telemetry.hook()
    reply = answer(sse(*TEXT_EVENTS)) if how == "final" else GOOD
    caller.meet(lambda: (sent.append(current()), reply())[1])
    with telemetry.tracer.start_as_current_span("mine") as mine:
        await getattr(caller, how)()
        assert current() == id_of(mine)
    span, _ = sorted(telemetry.spans, key=lambda span: span.name)
    assert (parent_of(span), sent) == (id_of(mine), [id_of(span)])


@in_process
async def test_the_parent_of_a_stream_is_who_opened_it(caller: Caller) -> None:
    """And nothing that its reader does is its child."""
    telemetry = Telemetry()
    caller.options["on_call"] = telemetry.hook()
    caller.meet(answer(sse(*TEXT_EVENTS)))
    with telemetry.tracer.start_as_current_span("mine") as mine:
        stream: Any = caller.client.messages.create(model=MODEL, messages="Why?", stream=True)
        stream = await stream if isinstance(caller, AsyncCaller) else stream
    with telemetry.tracer.start_as_current_span("reader") as reader:
        if isinstance(caller, AsyncCaller):
            async for _ in stream:
                assert current() == id_of(reader)
        else:
            for _ in stream:
                assert current() == id_of(reader)
    assert {span.name: parent_of(span) for span in telemetry.spans} == {
        "mine": 0,
        f"chat {MODEL}": id_of(mine),
        "reader": 0,
    }


async def test_many_in_flight_have_each_its_own_parent() -> None:
    """However they are mixed."""
    telemetry, waiting = Telemetry(), list[asyncio.Event]()

    async def respond(sent: httpx.Request) -> httpx.Response:
        span = current()
        mine = asyncio.Event()
        waiting.append(mine)
        if len(waiting) == 100:
            for one in reversed(waiting):
                one.set()
        await mine.wait()
        assert current() == span
        return GOOD()

    async def ask(number: int) -> None:
        with telemetry.tracer.start_as_current_span(f"parent {number}"):
            await client.messages.create(model=MODEL, messages="Why?", max_tokens=number + 1)

    http_client = httpx.AsyncClient(transport=httpx.MockTransport(respond))
    client = AsyncAIMLAPI(api_key=KEY, http_client=http_client, on_call=telemetry.hook())
    async with asyncio.timeout(LIMIT):
        await asyncio.gather(*map(ask, range(100)))
    names = {id_of(span): span.name for span in telemetry.spans}
    pairs = {
        (span.attributes["gen_ai.request.max_tokens"], names[parent_of(span)])
        for span in telemetry.spans
        if span.attributes and parent_of(span)
    }
    assert pairs == {(number + 1, f"parent {number}") for number in range(100)}


@pytest.fixture(params=["sync", "sync stream", "async", "async stream"])
def runs(request: pytest.FixtureRequest) -> Runs:
    return Runs(asynchronous="async" in request.param.split(), stream="stream" in request.param)


@pytest.mark.parametrize("timeout", [None, LIMIT])
async def test_the_tools_of_a_run_have_spans(runs: Runs, timeout: float | None) -> None:
    """Beside those of the model, each the current one where its tool runs, thread or not; what they do is below."""
    telemetry = Telemetry()
    runs.client_options["on_call"] = telemetry.hook()
    together = threading.Barrier(2, timeout=LIMIT)

    def look(at: str) -> str:
        """A tool."""
        together.wait()  # so that both are on threads
        with telemetry.tracer.start_as_current_span(f"look at the {at}"):
            return "blue"

    async def listen(to: str) -> str:
        """A tool."""
        await asyncio.sleep(0)
        with telemetry.tracer.start_as_current_span(f"listen to the {to}"):
            raise ToolError("It is silent: Psst.")

    asked = calls(("look", {"at": "sky"}), ("look", {"at": "sea"}), ("listen", {"to": "rain"}))
    with telemetry.tracer.start_as_current_span("mine") as mine:
        await runs.until_done(Gateway(asked, DONE), tools=[look, listen], tool_timeout=timeout)
        assert current() == id_of(mine)
    names = {id_of(span): span.name for span in telemetry.spans}
    found = sorted((span.name, names.get(parent_of(span), "")) for span in telemetry.spans)
    assert found == [
        (f"chat {MODEL}", "mine"),
        (f"chat {MODEL}", "mine"),
        ("execute_tool listen", "mine"),
        ("execute_tool look", "mine"),
        ("execute_tool look", "mine"),
        ("listen to the rain", "execute_tool listen"),
        ("look at the sea", "execute_tool look"),
        ("look at the sky", "execute_tool look"),
        ("mine", ""),
    ]
    times = {id_of(span): (span.start_time or 0, span.end_time or 0) for span in telemetry.spans}
    within = [(times[id_of(span)], times[parent_of(span)]) for span in telemetry.spans if parent_of(span)]
    assert all(outer[0] <= inner[0] <= inner[1] <= outer[1] for inner, outer in within)
    (heard,) = [span for span in telemetry.spans if span.name == "execute_tool listen"]
    assert (heard.kind, heard.status.status_code, heard.status.description) == (
        SpanKind.INTERNAL,
        StatusCode.ERROR,
        "ToolError",
    )
    assert dict(heard.attributes or {}) == {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "listen",
        "gen_ai.tool.call.id": "toolu_2",
        "gen_ai.tool.type": "function",
        "error.type": "ToolError",
    }
    assert [word for word in ("Psst", "rain", "blue") if word in f"{heard.to_json()}"] == []


async def test_the_arguments_and_results_of_tools_are_content(runs: Runs) -> None:
    """Recorded where it is asked for."""
    telemetry = Telemetry()
    runs.client_options["on_call"] = telemetry.hook(capture_content=True)

    def look(at: str) -> list[Any]:
        """A tool."""
        return [text_block("blue")]

    await runs.until_done(Gateway(calls(("look", {"at": "sky"})), DONE), tools=[look])
    (span,) = [span for span in telemetry.spans if span.name == "execute_tool look"]
    assert span.attributes is not None
    assert span.attributes["gen_ai.tool.call.arguments"] == '{"at": "sky"}'
    assert span.attributes["gen_ai.tool.call.result"] == '[{"type": "text", "content": "blue"}]'


async def test_a_tool_ends_before_the_others_of_its_answer(runs: Runs) -> None:
    """And one that hangs when it is given up."""
    telemetry, free = Telemetry(), threading.Event()
    runs.client_options["on_call"] = telemetry.hook()

    def look() -> str:
        """A tool."""
        return "blue"

    @tool(timeout=0.2)
    def hang() -> None:
        """A tool."""
        free.wait(LIMIT)

    await runs.until_done(Gateway(calls(("look", {}), ("hang", {})), DONE), tools=[look, hang])
    free.set()
    spans = {span.name: span for span in telemetry.spans}
    looked, hung = spans["execute_tool look"], spans["execute_tool hang"]
    assert (looked.end_time or 0) < (hung.end_time or 0)
    assert (hung.attributes or {})["error.type"] == "TimeoutError"


@in_process
@pytest.mark.parametrize("count", [3, 40])
async def test_the_calls_of_a_bulk_run_are_children_of_its_caller(caller: Caller, count: int) -> None:
    """On whichever thread or task."""
    telemetry = Telemetry()
    caller.options["on_call"] = telemetry.hook()
    caller.meet(GOOD)
    with telemetry.tracer.start_as_current_span("mine") as mine:
        results: Any = caller.client.messages.map([f"{n}" for n in range(count)], model=MODEL)
        found = [one async for one in results] if isinstance(caller, AsyncCaller) else list(results)
    assert len(found) == count
    spans = [span for span in telemetry.spans if span.name != "mine"]
    assert [parent_of(span) for span in spans] == [id_of(mine)] * count


@pytest.mark.operation("create_batch", "get_batch", "cancel_batch")
async def test_batches_have_spans(caller: Caller) -> None:
    """One for each request about one; the tokens of its messages are not counted with those of live ones."""
    telemetry = Telemetry()
    caller.options["on_call"] = telemetry.hook()
    caller.meet(answer(STATE), answer(WHOLE, **LINES))
    made: Any = caller.client.messages.batches.create(requests=[request("a"), request("b")])
    if isinstance(caller, AsyncCaller):
        await made
    await caller.results([])
    caller.gateway.answers = [answer(RUNNING)] * 5 + [answer(WHOLE, **LINES)]
    waiting: Any = caller.client.messages.batches.wait("b1", first_pause=0.001, longest_pause=0.001)
    if isinstance(caller, AsyncCaller):
        await waiting
    create, results, wait = telemetry.spans
    assert (create.name, results.name, wait.name) == (f"create_batch {MODEL}", "get_batch", "wait_for_batch")
    assert {span.kind for span in (create, results, wait)} == {SpanKind.CLIENT}
    assert (create.attributes or {})["gen_ai.operation.name"] == "create_batch"
    assert telemetry.points(otel.NAMES.token_usage) == []
    assert "Hello" not in telemetry.everything()


# --- metrics


async def test_durations_and_tokens_are_measured(caller: Caller) -> None:
    """By the attributes and in the buckets of the convention; a tool is no call of a client."""
    telemetry = Telemetry()
    caller.options["on_call"] = telemetry.hook()
    caller.meet(GOOD, GOOD, answer({}, 400))
    await caller.create()
    await caller.create()
    with pytest.raises(APIError):
        await caller.create()
    durations = {dict(point.attributes).get("error.type"): point for point in telemetry.points(otel.NAMES.duration)}
    assert {error: point.count for error, point in durations.items()} == {None: 2, "BadRequestError": 1}
    assert durations[None].explicit_bounds == (
        0.01,
        0.02,
        0.04,
        0.08,
        0.16,
        0.32,
        0.64,
        1.28,
        2.56,
        5.12,
        10.24,
        20.48,
        40.96,
        81.92,
    )
    tokens = {dict(point.attributes)["gen_ai.token.type"]: point for point in telemetry.points(otel.NAMES.token_usage)}
    assert {kind: (point.count, point.sum) for kind, point in tokens.items()} == {"input": (2, 214), "output": (2, 6)}
    assert tokens["input"].explicit_bounds == tuple(4**power for power in range(14))
    attributes = dict(tokens["input"].attributes)
    assert attributes.pop("server.address")
    assert attributes.pop("server.port")
    assert attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "aimlapi",
        "gen_ai.request.model": MODEL,
        "gen_ai.response.model": "claude-sonnet-5",
        "gen_ai.token.type": "input",
    }


async def test_nothing_is_told_of_tools_in_the_metrics(runs: Runs) -> None:
    """They are no calls of a client."""
    telemetry = Telemetry()
    runs.client_options["on_call"] = telemetry.hook()

    def look() -> str:
        """A tool."""
        return "blue"

    await runs.until_done(Gateway(calls(("look", {})), DONE), tools=[look])
    operations = {dict(point.attributes)["gen_ai.operation.name"] for point in telemetry.points(otel.NAMES.duration)}
    assert operations == {"chat"}


async def test_without_a_tracer_of_the_program_nothing_happens(caller: Caller) -> None:
    """The API alone makes spans that nobody keeps."""
    caller.options["on_call"] = otel.tracing(tracer_provider=trace.NoOpTracerProvider())
    caller.meet(GOOD)
    assert (await caller.create()).text == "Blue."
