"""Errors have what those of the SDK have, are caught by its names, and stay those of this package."""

from __future__ import annotations

import pickle
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

import aimlapi_messages
import aimlapi_messages.anthropic as anthropic
from aimlapi_messages.anthropic import types

from ..support.wire import TEXT_EVENTS, Chunks, answer, sse
from .conftest import ASK, SDK

pytestmark = [pytest.mark.anyio, pytest.mark.operation("create_message")]

BODY = {"type": "error", "error": {"type": "invalid_request_error", "message": "No such thing"}}


async def raised(sdk: SDK, *answers: Any) -> Any:
    sdk.meet(*answers)
    with pytest.raises(anthropic.APIError) as found:
        await sdk.create()
    return found.value


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "BadRequestError"),
        (401, "AuthenticationError"),
        (403, "PermissionDeniedError"),
        (404, "NotFoundError"),
        (409, "ConflictError"),
        (413, "RequestTooLargeError"),
        (422, "UnprocessableEntityError"),
        (429, "RateLimitError"),
        (500, "InternalServerError"),
        (529, "OverloadedError"),
        (418, "APIStatusError"),
    ],
)
async def test_a_status_is_an_error_of_both_names(sdk: SDK, status: int, name: str) -> None:
    error = await raised(sdk, answer(BODY, status, {"set-cookie": "a=b", "x-mine": "1"}))
    assert type(error) is getattr(anthropic, name)
    assert isinstance(error, getattr(aimlapi_messages, name))
    assert isinstance(error, anthropic.APIStatusError)
    assert error.status_code == error.response.status_code == status
    assert error.body == error.response.json() == BODY
    assert error.response.headers["X-Mine"] == "1"
    assert "set-cookie" not in error.response.headers
    assert str(error.request.url) == str(error.response.request.url) == f"{sdk.client.base_url}/v1/messages"
    assert error.request_id == "req-1"
    assert "No such thing" in error.message
    assert str(error) == error.message


@pytest.mark.parametrize(
    ("status", "name", "parent"),
    [
        (408, "RequestTimeoutError", "APIStatusError"),
        (412, "PreconditionFailedError", "APIStatusError"),
        (413, "ContentTooLargeError", "RequestTooLargeError"),
        (431, "RequestHeaderFieldsTooLargeError", "APIStatusError"),
        (499, "ClientClosedRequestError", "APIStatusError"),
        (501, "HTTPNotImplementedError", "InternalServerError"),
        (503, "ServiceUnavailableError", "InternalServerError"),
        (504, "GatewayTimeoutError", "InternalServerError"),
        (504, "DeadlineExceededError", "InternalServerError"),
    ],
)
async def test_a_status_that_the_sdk_alone_names_is_a_child_of_ours(
    sdk: SDK, status: int, name: str, parent: str
) -> None:
    error = await raised(sdk, answer(BODY, status))
    assert type(error) is getattr(anthropic, name)
    assert isinstance(error, getattr(anthropic, parent))
    assert isinstance(error, getattr(aimlapi_messages, parent))
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.status_code, again.body) == (type(error), status, BODY)


async def test_names_of_what_the_gateway_never_says_catch_nothing(sdk: SDK) -> None:
    error = await raised(sdk, answer(BODY, 503))
    unsaid = (anthropic.RampLimitExceededError, anthropic.CredentialsError, anthropic.RetryableError)
    assert not isinstance(error, unsaid)


@pytest.mark.parametrize(
    ("text", "body"),
    [("Bad gateway", "Bad gateway"), ('["a"]', ["a"]), ("", None), ('{"a": 1', '{"a": 1'), ("null", None)],
)
async def test_a_body_is_json_or_else_its_text(sdk: SDK, text: str, body: Any) -> None:
    error = await raised(sdk, answer(text.encode(), 502, type="text/plain"))
    assert error.body == body


async def test_a_compressed_body_is_read_once(sdk: SDK) -> None:
    """What the headers say of the body as it was sent is not said of the one that is kept."""
    import gzip  # noqa: PLC0415 (for this alone)

    sent = gzip.compress(b'{"error": {"message": "No"}}')
    error = await raised(sdk, answer(sent, 400, {"content-encoding": "gzip"}, type="application/json"))
    assert error.response.json() == error.body == {"error": {"message": "No"}}


@pytest.mark.parametrize(
    ("cause", "name"),
    [(httpx.ConnectError("no"), "APIConnectionError"), (httpx.ReadTimeout("slow"), "APITimeoutError")],
)
async def test_a_connection_that_fails_is_an_error_of_both_names(sdk: SDK, cause: Exception, name: str) -> None:
    error = await raised(sdk, cause)
    assert type(error) is getattr(anthropic, name)
    assert isinstance(error, anthropic.APIConnectionError)
    assert isinstance(error, getattr(aimlapi_messages, name))


async def test_an_answer_that_is_none_is_a_validation_error(sdk: SDK) -> None:
    error = await raised(sdk, answer(b"<html>", type="text/html"))
    assert isinstance(error, anthropic.APIResponseValidationError)
    assert isinstance(error, aimlapi_messages.UnexpectedResponseError)


BROKEN = sse(*TEXT_EVENTS[:4])


async def test_a_stream_that_is_cut_off_raises_with_what_came(sdk: SDK) -> None:
    sdk.meet(answer(BROKEN))
    with pytest.raises(anthropic.APIError) as found:
        async with sdk.entered(sdk.client.messages.stream(**ASK)) as stream:
            await sdk.of(stream.get_final_message())
    assert isinstance(found.value, aimlapi_messages.StreamIncompleteError)
    assert isinstance(found.value.partial, types.Message)
    assert found.value.partial.model_dump()["content"][0]["text"] == "Hel"


async def _events(sdk: SDK) -> None:
    async with sdk.entered(sdk.client.messages.stream(**ASK)) as stream:
        await sdk.all(stream)


async def _texts(sdk: SDK) -> None:
    async with sdk.entered(sdk.client.messages.stream(**ASK)) as stream:
        await sdk.all(stream.text_stream)


async def _raw(sdk: SDK) -> None:
    await sdk.all(await sdk.create(stream=True))


@pytest.mark.parametrize("read", [_events, _texts, _raw])
async def test_an_error_within_a_stream_is_one_of_its_status(sdk: SDK, read: Callable[[SDK], Awaitable[None]]) -> None:
    failing = {"type": "error", "error": {"type": "overloaded_error", "message": "Busy"}}
    sdk.meet(answer(Chunks([sse(*TEXT_EVENTS[:4]), sse(failing)])))
    with pytest.raises(anthropic.OverloadedError) as found:
        await read(sdk)
    assert found.value.body == failing


REQUEST = httpx.Request("POST", "https://api.aimlapi.com/v1/messages")
RESPONSE = httpx.Response(429, request=REQUEST, headers={"x-request-id": "r"}, json=BODY)


@pytest.mark.parametrize(
    "make",
    [
        lambda: anthropic.RateLimitError("Slow down", response=RESPONSE, body=BODY),
        lambda: anthropic.APIStatusError("Slow down", response=RESPONSE, body=BODY),
        lambda: anthropic.APIConnectionError(request=REQUEST),
        lambda: anthropic.APIConnectionError(message="No", request=REQUEST),
        lambda: anthropic.APITimeoutError(REQUEST),
        lambda: anthropic.APITimeoutError(request=REQUEST),
        lambda: anthropic.APIError("No", REQUEST, body=None),
    ],
)
def test_a_test_makes_errors_as_the_sdk_makes_them(make: Callable[[], Any]) -> None:
    error = make()
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.body) == (type(error), str(error), error.body)
    assert error.message
    assert getattr(error, "status_code", None) in (429, None)


async def test_an_error_that_was_raised_pickles(sdk: SDK) -> None:
    for given in (answer(BODY, 400), answer(b"<html>", type="text/html"), httpx.ReadTimeout("slow")):
        error = await raised(sdk, given)
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again), again.body) == (type(error), str(error), error.body)


async def test_every_error_of_the_package_is_one_of_the_sdk(sdk: SDK) -> None:
    """Also of a class that the SDK has not."""
    error = await raised(sdk, answer({"error": {"message": "no credit left"}}, 402))
    assert isinstance(error, anthropic.PaymentRequiredError)
    assert isinstance(error, anthropic.PermissionDeniedError)
    assert isinstance(error, aimlapi_messages.OutOfCreditError)
    assert isinstance(error, anthropic.AnthropicError)
