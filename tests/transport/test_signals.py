"""An exception from a signal handler between any two instructions: nothing is held or lost, and the next call works."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
import time
import warnings
from collections.abc import Awaitable, Callable
from contextlib import suppress
from decimal import Decimal
from functools import partial, wraps
from typing import Any

import pytest

from aimlapi_messages import AIMLAPI, APIError, AsyncAIMLAPI, RateLimitError

from ..support.deadlines import LIMIT
from ..support.held_server import HeldServer
from ..support.interrupts import Interrupts, spread
from ..support.processes import in_another_process, main
from ..support.slow import OFTEN, first_alone
from ..support.transports import POOLED, TRANSPORTS, busy
from ..support.wire import KEY, MODEL

PRICE = Decimal("0.001")


# Of the clients here; `transport` is told from outside.
OPTIONS: dict[str, Any] = {"api_key": KEY, "max_retries": 0, "timeout": LIMIT}


class Limit(TimeoutError):
    """What a program raises of its own limits; sockets raise the like."""


RAISED: dict[str, type[BaseException]] = {
    "KeyboardInterrupt": KeyboardInterrupt,
    "Limit": Limit,
    "RuntimeError": RuntimeError,
}


def call(answer: str = "echo: hello", **options: Any) -> dict[str, Any]:
    return {"model": MODEL, "messages": "Hi", "extra_headers": {"x-answer": answer}, **options}


class Handler:
    """One that is no function."""

    def __init__(self, raised: type[BaseException]) -> None:
        self.raised = raised

    def __call__(self, _number: int, _frame: object) -> None:
        raise self.raised

    def method(self, number: int, frame: object) -> None:
        self(number, frame)


def for_once(raised: type[BaseException], number: int, _frame: object) -> None:
    """Handles a single signal."""
    signal.signal(number, signal.SIG_DFL)
    raise raised


def function(raised: type[BaseException]) -> Callable[..., None]:
    def handler(*_: object) -> None:
        raise raised

    return handler


def wrapper(raised: type[BaseException]) -> Callable[..., None]:
    inner = Handler(raised)

    @wraps(inner.method)
    def handler(*arguments: Any, **named: Any) -> None:
        inner(*arguments, **named)

    return handler


MAKES: dict[str, Callable[[type[BaseException]], Callable[..., Any]]] = {
    "function": function,
    "wrapper": wrapper,
    "object": Handler,
    "method": lambda raised: Handler(raised).method,
    "partial": lambda raised: partial(Handler(raised).method),
    "for_once": lambda raised: partial(for_once, raised),
}


def handle(raised: type[BaseException], make: str = "function") -> None:
    """Have signals raise."""
    handler = MAKES[make](raised)
    signal.signal(signal.SIGUSR1, handler)
    signal.signal(signal.SIGALRM, handler)


# --- without asyncio


def create(client: AIMLAPI) -> None:
    assert client.messages.create(**call()).text == "hello"


def read_stream(client: AIMLAPI) -> None:
    with client.messages.stream(**call("a stream")) as stream:
        assert "".join(stream.text_stream) == "Hello"


def close_stream(client: AIMLAPI) -> None:
    stream = client.messages.create(**call("half a stream"), stream=True)
    next(stream)
    stream.close()


def pause(client: AIMLAPI) -> None:
    with suppress(RateLimitError):
        client.messages.create(**call("try soon", max_retries=1))


def close_client(client: AIMLAPI) -> None:
    client.close()


def connect(client: AIMLAPI) -> None:
    """To a host whose name goes through Python's codecs, which make an error of their own of what is raised there."""
    with AIMLAPI(base_url=client.base_url, **OPTIONS) as other:
        create(other)


ACTIONS: dict[str, Callable[[AIMLAPI], None]] = {
    action.__name__: action for action in (create, connect, read_stream, close_stream, pause, close_client)
}


def check(client: AIMLAPI) -> None:
    """No place is lost, the next call works, and its price is counted."""
    spent = client.spent
    create(client)
    assert client.spent == spent + PRICE
    deadline = time.monotonic() + LIMIT
    while busy(client) and time.monotonic() < deadline:
        time.sleep(0.001)  # what was dropped is closed on a thread of its own
    assert busy(client) == []


def interrupted(action: str, raised: str, times: str, make: str = "function") -> None:
    """At so many steps of one action, one after the other."""
    act, kind, interrupts = ACTIONS[action], RAISED[raised], Interrupts(everywhere=True)
    with HeldServer() as server:
        client = AIMLAPI(base_url=server.base_url, **OPTIONS)
        create(client)
        act(client)
        client = AIMLAPI(base_url=server.base_url, **OPTIONS)
        create(client)
        with interrupts.at(0):
            act(client)
        missed = 0
        for step in spread(interrupts.steps, int(times)):
            if act is close_client:
                client = AIMLAPI(base_url=server.base_url, **OPTIONS)
                create(client)
            handle(kind, make)
            try:
                with interrupts.at(step):
                    act(client)
                missed += 1
            except kind:
                pass
            if act is close_client:
                client.close()
            else:
                check(client)
        assert missed < 5  # a step more or less, as a cache was filled or not
        client.close()
        server.wait_for_connections(0)


def interrupted_in_time(action: str, raised: str, times: str) -> None:
    """By the system, whenever that comes to it."""
    act, kind = ACTIONS[action], RAISED[raised]
    handle(kind)
    with HeldServer() as server:
        client = AIMLAPI(base_url=server.base_url, **OPTIONS)
        check(client)
        began = time.perf_counter()
        act(client)
        took = time.perf_counter() - began
        for number in range(1, int(times) + 1):
            with suppress(kind):
                try:
                    signal.setitimer(signal.ITIMER_REAL, max(1e-5, 1.2 * took * number / int(times)))
                    act(client)
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
            check(client)
        client.close()
        server.wait_for_connections(0)


def called(action: str, times: str) -> None:
    """The handler raises nothing, and calls by itself."""
    act, interrupts = ACTIONS[action], Interrupts(everywhere=True)
    with HeldServer() as server:
        client = AIMLAPI(base_url=server.base_url, **OPTIONS)
        signal.signal(signal.SIGUSR1, lambda *_: create(client))
        act(client)
        with interrupts.at(0):
            act(client)
        for step in spread(interrupts.steps, int(times)):
            with interrupts.at(step):
                act(client)
            assert busy(client) == []
        client.close()
        server.wait_for_connections(0)


def closed(times: str) -> None:
    """The handler closes the stream that is being read: the reader is told so, or has read it."""
    interrupts = Interrupts(everywhere=True)
    with HeldServer() as server:
        client = AIMLAPI(base_url=server.base_url, **OPTIONS)

        def read() -> None:
            stream = client.messages.create(**call("a stream"), stream=True)
            signal.signal(signal.SIGUSR1, lambda *_: stream.close())
            with suppress(APIError):
                stream.until_done()

        signal.signal(signal.SIGUSR1, lambda *_: None)
        read()
        with interrupts.at(0):
            read()
        for step in spread(interrupts.steps, int(times)):
            signal.signal(signal.SIGUSR1, lambda *_: None)
            with interrupts.at(step):
                read()
            check(client)
        client.close()
        server.wait_for_connections(0)


def on_another_thread(waits_for: str) -> None:
    """The system gives the signal to a thread that does not wait for anything; the one that does is not woken."""
    begun = threading.Event()

    def send() -> None:
        begun.wait()
        time.sleep(0.2)  # the other waits by then; if it does not yet, it is interrupted just the same
        signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)

    handle(KeyboardInterrupt)
    threading.Thread(target=send, daemon=True).start()
    with HeldServer() as server, socket.create_server(("127.0.0.1", 0)) as deaf:
        client = AIMLAPI(base_url=server.base_url, **OPTIONS)
        if waits_for == "an answer":
            stream = client.messages.create(**call("half a stream"), stream=True)
            next(stream)
            act = stream.until_done
        else:
            unheard = client.with_options(base_url=f"http://127.0.0.1:{deaf.getsockname()[1]}")
            act = partial(unheard.messages.create, **call(messages="long" * 5_000_000))
        begun.set()
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            act()
        assert time.monotonic() - began < LIMIT / 2
        check(client)
        client.close()


# --- asyncio


def handle_on_a_loop(raised: type[BaseException]) -> None:
    """The same. Python itself warns where one comes between the call of a coroutine function and its `await`."""
    handle(raised)
    warnings.filterwarnings("ignore", ".*was never awaited", RuntimeWarning)


async def create_async(client: AsyncAIMLAPI) -> None:
    assert (await client.messages.create(**call())).text == "hello"


async def read_stream_async(client: AsyncAIMLAPI) -> None:
    async with client.messages.stream(**call("a stream")) as stream:
        assert await stream.get_final_text() == "Hello"


async def close_stream_async(client: AsyncAIMLAPI) -> None:
    stream = await client.messages.create(**call("half a stream"), stream=True)
    await anext(stream)
    await stream.close()


ASYNC_ACTIONS: dict[str, Callable[[AsyncAIMLAPI], Awaitable[None]]] = {
    action.__name__: action for action in (create_async, read_stream_async, close_stream_async)
}


def interrupted_on_a_loop(action: str, times: str) -> None:
    """With what a task may catch, and the loop goes on."""
    act, interrupts = ASYNC_ACTIONS[action], Interrupts(everywhere=False)
    handle_on_a_loop(Limit)

    async def run(server: HeldServer) -> None:
        client = AsyncAIMLAPI(base_url=server.base_url, **OPTIONS)
        await act(client)
        with interrupts.at(0):
            await act(client)
        for step in spread(interrupts.steps, int(times)):
            with suppress(Limit), interrupts.at(step):
                await act(client)
            spent = client.spent
            await create_async(client)
            assert client.spent == spent + PRICE
        await client.close()
        await asyncio.to_thread(server.wait_for_connections, 0)

    with HeldServer() as server:
        asyncio.run(run(server))


def interrupted_with_its_loop(action: str, times: str) -> None:
    """With what ends the loop, and the next call is on another."""
    act, interrupts = ASYNC_ACTIONS[action], Interrupts(everywhere=False)
    handle_on_a_loop(KeyboardInterrupt)

    async def interrupt(client: AsyncAIMLAPI, step: int) -> None:
        with interrupts.at(step):
            await act(client)

    with HeldServer() as server:
        client = AsyncAIMLAPI(base_url=server.base_url, **OPTIONS)
        for _ in range(2):
            asyncio.run(interrupt(client, 0))
        for step in spread(interrupts.steps, int(times)):
            with suppress(KeyboardInterrupt):
                asyncio.run(interrupt(client, step))
            asyncio.run(create_async(client))
        asyncio.run(client.close())
        server.wait_for_connections(0)


FUNCTIONS: dict[str, Callable[..., None]] = {
    one.__name__: one
    for one in (
        interrupted,
        interrupted_in_time,
        called,
        closed,
        on_another_thread,
        interrupted_on_a_loop,
        interrupted_with_its_loop,
    )
}


def on(transport: str, function: str, *arguments: str) -> None:
    OPTIONS["transport"] = transport
    FUNCTIONS[function](*arguments)


# --- the tests

on_each_pool = pytest.mark.parametrize("transport", POOLED)


@on_each_pool
@pytest.mark.parametrize("times", first_alone("20", OFTEN))
@pytest.mark.parametrize("raised", RAISED)
@pytest.mark.parametrize("action", ACTIONS)
def test_an_interrupt_leaves_nothing_behind(action: str, raised: str, times: str, transport: str) -> None:
    """Neither a lock nor a connection; and it comes out as itself."""
    in_another_process(__name__, "on", transport, "interrupted", action, raised, times)


@pytest.mark.parametrize("waits_for", ["an answer", "room"])
def test_an_interrupt_is_heard_whichever_thread_has_its_signal(waits_for: str) -> None:
    """Within a second or so, however long the wait may last for the next piece of an answer, or for room to send."""
    in_another_process(__name__, "on", "httpx", "on_another_thread", waits_for)


@pytest.mark.parametrize("transport", first_alone(*POOLED))
@pytest.mark.parametrize("make", MAKES)
@pytest.mark.parametrize("action", ["create", "connect", "read_stream"])
def test_an_interrupt_is_known_however_its_handler_is_made(action: str, make: str, transport: str) -> None:
    """It is no error of the connection, which would be sent again or have another name."""
    in_another_process(__name__, "on", transport, "interrupted", action, "Limit", "20", make)


@pytest.mark.slow
@on_each_pool
@pytest.mark.parametrize("raised", RAISED)
@pytest.mark.parametrize("action", ["create", "read_stream", "close_stream", "pause"])
def test_an_interrupt_of_the_system_leaves_nothing_behind(action: str, raised: str, transport: str) -> None:
    """The same whenever that comes to it."""
    in_another_process(__name__, "on", transport, "interrupted_in_time", action, raised, OFTEN)


@pytest.mark.slow
@on_each_pool
@pytest.mark.parametrize("action", ["create", "read_stream", "close_stream", "pause"])
def test_a_handler_may_call_in_the_middle_of_a_call(action: str, transport: str) -> None:
    """Both are answered."""
    in_another_process(__name__, "on", transport, "called", action, OFTEN)


@pytest.mark.slow
@on_each_pool
def test_a_handler_may_close_what_is_being_read(transport: str) -> None:
    """Nobody waits for ever."""
    in_another_process(__name__, "on", transport, "closed", OFTEN)


@pytest.mark.slow
@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("how", ["interrupted_on_a_loop", "interrupted_with_its_loop"])
@pytest.mark.parametrize("action", ASYNC_ACTIONS)
def test_an_interrupted_task_leaves_nothing_behind(how: str, action: str, transport: str) -> None:
    """The next call works on the same loop, or on the next."""
    in_another_process(__name__, "on", transport, how, action, OFTEN)


if __name__ == "__main__":
    main({"on": on})
