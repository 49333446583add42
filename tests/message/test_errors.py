"""What went wrong, said by the gateway in any of its ways, becomes the exception that a caller can act on."""

from __future__ import annotations

import json
import pickle

import httpx
import pytest

import aimlapi_messages
from aimlapi_client.models import ProblemIssue
from aimlapi_messages import (
    AIMLAPIError,
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ConflictError,
    InternalServerError,
    InvalidRequestError,
    ModelWithdrawnError,
    NotFoundError,
    OutOfCreditError,
    OverloadedError,
    PermissionDeniedError,
    RateLimitError,
    RequestTooLargeError,
    StreamIncompleteError,
    UnexpectedResponseError,
    UnprocessableEntityError,
)
from aimlapi_messages.message.error_bodies import error_from_event

from ..support.callers import Caller, in_process
from ..support.errors import URL, error_of
from ..support.parts import ReplyHead, message_from_body
from ..support.wire import KEY, TEXT_EVENTS, Chunks, answer, body, sse, text_block

PROBLEM = {
    "title": "Bad Request",
    "status": 400,
    "message": "Validation failed",
    "instance": "/v1/messages",
    "requestId": "req-body",
    "timestamp": "2026-08-30T18:23:01.734Z",
    "error": {
        "name": "BadRequestException",
        "message": "inner",
        "details": [{"path": "tools", "reason": "Expected array, received null"}],
    },
}

LEGACY = {
    "requestId": "req-body",
    "statusCode": "429",
    "timestamp": "2025-03-11T07:13:27.813Z",
    "path": "/v1/messages",
    "message": "Too Many Requests",
}

NATIVE = {
    "type": "error",
    "error": {"type": "rate_limit_error", "message": "Slow down"},
    "request_id": "req-body",
}


@pytest.mark.parametrize(
    ("status", "text", "expected"),
    [
        (400, "Validation failed", BadRequestError),
        (401, "no key", AuthenticationError),
        (402, "Payment required", OutOfCreditError),
        (403, "key lacks the scope model:chat", PermissionDeniedError),
        (403, "You've run out of funds. Please top up your balance", OutOfCreditError),
        (403, "You've run out of credits.", OutOfCreditError),
        (403, "Account verification required", PermissionDeniedError),
        (404, "Cannot POST /v1/nothing", NotFoundError),
        (404, "No endpoints found for claude-9", NotFoundError),
        (404, "This model was withdrawn", ModelWithdrawnError),
        (409, "clash", ConflictError),
        (413, "too large", RequestTooLargeError),
        (418, "teapot", APIStatusError),
        (422, "wrong", UnprocessableEntityError),
        (429, "Too Many Requests", RateLimitError),
        (500, "Internal server error", InternalServerError),
        (503, "Service unavailable", InternalServerError),
        (529, "Overloaded", OverloadedError),
    ],
)
def test_the_status_and_the_text_decide_the_class(status: int, text: str, expected: type[APIStatusError]) -> None:
    """Each status has its class; out of credit and a withdrawn model are told by the text."""
    error = error_of({"title": "T", "status": status, "message": text}, status)
    assert type(error) is expected
    assert error.status_code == status
    assert text.rstrip(".") in str(error)
    assert str(error).endswith(error.advice)


def test_a_missing_model_is_only_told_on_the_messages_path() -> None:
    """Elsewhere a 404 that speaks of models is a 404."""
    error = error_of({"status": 404, "message": "model not found"}, 404, operation="get_batch")
    assert type(error) is NotFoundError


def test_a_problem_document_is_read_whole() -> None:
    """The envelope of 2026 gives text, id, path and issues."""
    error = error_of(PROBLEM, headers={"x-request-id": "req-header"})
    assert error.request_id == "req-body"
    assert error.path == "/v1/messages"
    assert error.details == (ProblemIssue(path="tools", reason="Expected array, received null"),)
    assert str(error) == (
        f"400 from {URL}: Validation failed; inner; tools: Expected array, received null. "
        "Correct the request; sent again unchanged it fails again. (request id req-body)"
    )


def test_an_issue_that_the_text_names_is_not_said_twice() -> None:
    """The text of some errors already lists the issues."""
    error = error_of({**PROBLEM, "message": "Validation failed: tools: Expected array, received null"})
    assert str(error).count("Expected array") == 1


def test_the_older_envelope_is_read_whole() -> None:
    """A status that came as text is a number, and decides."""
    error = error_of(LEGACY, 500)
    assert type(error) is RateLimitError
    assert (error.status_code, error.request_id, error.path) == (429, "req-body", "/v1/messages")


def test_the_older_envelope_s_validation_tree_becomes_issues() -> None:
    """Each complaint of the tree under `meta` is named with its path."""
    tree = {"_errors": [], "model": {"_errors": ["Invalid enum value."]}, "messages": {"0": {"_errors": ["No", "Way"]}}}
    error = error_of({**LEGACY, "statusCode": 400, "message": ["Body validation error!", "Sorry"], "meta": tree})
    assert error.details == (
        ProblemIssue(path="model", reason="Invalid enum value."),
        ProblemIssue(path="messages.0", reason="No; Way"),
    )
    assert "Body validation error!; Sorry; model: Invalid enum value; messages.0: No; Way" in str(error)


def test_the_provider_s_envelope_is_read_whole() -> None:
    """The bare native error gives type, text and id."""
    error = error_of(NATIVE, 429)
    assert type(error) is RateLimitError
    assert (error.type, error.request_id) == ("rate_limit_error", "req-body")
    assert "Slow down" in str(error)


def test_the_provider_s_error_as_text_is_taken_out() -> None:
    """A message of a status and JSON text shows the text in it, and keeps the gateway's own id."""
    inner = {
        "type": "error",
        "error": {"type": "invalid_request_error", "message": "Bad image"},
        "request_id": "req_in",
    }
    error = error_of({**LEGACY, "statusCode": 400, "message": "400 " + json.dumps(inner)})
    assert (error.upstream_status, error.type, error.request_id) == (400, "invalid_request_error", "req-body")
    assert str(error).startswith(f"400 from {URL}: Bad image. ")


@pytest.mark.parametrize("rest", ["Unable to access", "{not json", '["no"]', '{"why": "text"}'])
def test_a_provider_s_status_is_noted_whatever_follows_it(rest: str) -> None:
    """A gateway's 500 around a provider's 400 stays a 500, advises as for a 400, and keeps its text."""
    error = error_of({**LEGACY, "statusCode": 500, "message": f"400 {rest}"}, 500)
    assert type(error) is InternalServerError
    assert error.upstream_status == 400
    assert f"400 {rest}" in str(error)
    assert str(error).endswith(f"{BadRequestError.advice} (request id req-body)")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>Bad Gateway</body></html>",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'"text"',
        b"null",
        b"[]",
        b"{}",
        b'{"error": null}',
        b'{"error": []}',
        b'{"error": {"details": "no", "message": 5}}',
        b'{"error": {"details": ["no", 3]}}',
        b'{"status": "teapot", "message": {"a": 1}}',
        b'{"status": 200, "statusCode": true}',
        b'{"statusCode": 5e2, "message": null, "meta": ["x"]}',
        b'{"type": "error", "error": {}}',
        b'{"type": "error", "error": "overloaded"}',
        b'{"title": 1, "requestId": 2, "instance": []}',
    ],
)
def test_a_garbage_body_still_gives_the_error_of_its_status(content: bytes) -> None:
    """Whatever the body is, a 502 is an InternalServerError with status 502."""
    error = error_of(content, 502, {"x-request-id": "req-header"})
    assert type(error) is InternalServerError
    assert (error.status_code, error.request_id) == (502, "req-header")
    assert str(error).startswith("502 from ")


def test_an_error_in_one_string_is_shown() -> None:
    """Proxies write `{"error": "text"}`."""
    assert "no such host" in str(error_of({"error": "no such host"}, 502))


def test_a_type_inside_a_problem_is_kept() -> None:
    """An overloaded provider is told by the type, whatever the status."""
    error = error_of({"status": 500, "message": "x", "error": {"type": "overloaded_error"}}, 500)
    assert type(error) is OverloadedError
    assert (error.status_code, error.type) == (500, "overloaded_error")


@pytest.mark.parametrize(
    ("type", "expected", "status"),
    [
        ("invalid_request_error", BadRequestError, 400),
        ("authentication_error", AuthenticationError, 401),
        ("billing_error", OutOfCreditError, 402),
        ("permission_error", PermissionDeniedError, 403),
        ("not_found_error", NotFoundError, 404),
        ("request_too_large", RequestTooLargeError, 413),
        ("rate_limit_error", RateLimitError, 429),
        ("api_error", InternalServerError, 500),
        ("timeout_error", InternalServerError, 504),
        ("overloaded_error", OverloadedError, 529),
        ("a_new_error", InternalServerError, 500),
    ],
)
def test_an_error_inside_a_stream_has_the_class_of_its_type(
    type: str, expected: type[APIStatusError], status: int
) -> None:
    """The reply said 200 long ago, so the type decides the class and the status."""
    error = error_from_event({"type": "error", "error": {"type": type, "message": "M"}}, ReplyHead(200, {}, URL), "{}")
    assert error.__class__ is expected
    assert (error.status_code, error.type) == (status, type)


def test_a_redirect_is_not_followed_and_says_so() -> None:
    """The key stays with the address that was set."""
    error = error_of(b"", 307, {"location": "https://elsewhere.example"})
    assert "Redirects are not followed" in str(error)


def test_long_bodies_are_shortened() -> None:
    """An error does not carry megabytes about."""
    error = error_of(b"x" * 50_000, 500)
    assert error.body == "x" * 10_000
    assert len(str(error)) < 500


@in_process
@pytest.mark.anyio
async def test_a_server_that_repeats_the_key_does_not_spread_it(caller: Caller) -> None:
    """The key is taken out of the body, the headers and the message."""
    caller.meet(answer({"status": 401, "message": f"bad key {KEY}"}, 401, {"x-echo": KEY, "set-cookie": "a=b"}))
    with pytest.raises(AuthenticationError) as caught:
        await caller.create()
    error = caught.value
    assert "bad key ***" in str(error)
    assert KEY not in repr(vars(error))
    assert error.headers["x-echo"] == "***"
    assert "set-cookie" not in error.headers


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("content", "type", "problem", "begin"),
    [
        (b"", "application/json", "an empty body", None),
        (b"OK", "text/plain", "something that is not JSON", "OK"),
        (b'{"id": NaN}', "application/json", "something that is not JSON", '{"id": NaN}'),
        (b'["x"]', "application/json", "JSON that is not an object", '["x"]'),
        (b'"a text"', "application/json", "JSON that is not an object", '"a text"'),
        (
            b'{"object": "list"}',
            "application/json",
            "neither a list of content blocks nor a choice",
            '{"object": "list"}',
        ),
        (b'{"content": ["x"]}', "application/json", "JSON that is not a message", '{"content": ["x"]}'),
        (b'{"content": []}', "application/json", "JSON that is not a message", '{"content": []}'),
        # Of a page not the markup that every page begins with.
        (b"<html>Welcome</html>", "text/html", "something that is not JSON", "Welcome"),
        (
            b"<!doctype html><html><head><title>Sign in</title></head><h1>Welcome</h1>",
            "text/html",
            "something that is not JSON",
            "Sign in; Welcome",
        ),
        (b"<p>caf\xe9</p>", "text/html; charset=iso-8859-1", "something that is not JSON", "caf\xe9"),
        (b"<script>x</script>", "text/html", "something that is not JSON", "<script>x</script>"),
    ],
)
async def test_a_success_that_is_no_message_is_an_error(
    caller: Caller, content: bytes, type: str, problem: str, begin: str | None
) -> None:
    """The error says what came instead, how it begins and what to look at."""
    caller.meet(answer(content, type=type))
    with pytest.raises(UnexpectedResponseError) as caught:
        await caller.create()
    text = str(caught.value)
    assert problem in text
    assert f"200 ({type.partition(';')[0]})" in text
    assert (f" It begins: {begin!r}. " if begin else " an empty body. ") in text
    assert "base_url" in text
    assert caught.value.request_id == "req-1"
    assert caught.value.body == content.decode("latin-1")


@pytest.mark.anyio
async def test_a_web_page_that_repeats_the_key_does_not_spread_it(caller: Caller) -> None:
    """A wrong base URL may be an echo service."""
    caller.meet(answer(f"<p>Bearer {KEY}</p>".encode(), type="text/html"))
    with pytest.raises(UnexpectedResponseError, match=r"Bearer \*\*\*") as caught:
        await caller.create()
    assert KEY not in repr(vars(caught.value))


@pytest.mark.anyio
async def test_an_error_under_a_success_status_is_raised(caller: Caller) -> None:
    """Some gateways answer 200 and put the failure into the body."""
    caller.meet(answer(NATIVE))
    with pytest.raises(RateLimitError, match=r"429 from .*Slow down"):
        await caller.create()


@pytest.mark.anyio
async def test_the_older_envelope_under_a_success_status_is_raised(caller: Caller) -> None:
    """The status in the body decides."""
    caller.meet(answer({"statusCode": 503, "message": "later"}, 201))
    with pytest.raises(InternalServerError) as caught:
        await caller.create()
    assert caught.value.status_code == 503


@pytest.mark.anyio
async def test_an_error_whose_body_breaks_off_keeps_its_status(caller: Caller) -> None:
    """What had come of the body is shown."""
    caller.meet(answer(Chunks([b"over"], httpx.ReadError("cut")), 529))
    with pytest.raises(OverloadedError, match="over"):
        await caller.create()


@pytest.mark.anyio
async def test_an_endless_error_body_is_read_up_to_a_limit(caller: Caller) -> None:
    """A broken server cannot fill the memory with an error, and its connection is given back."""
    pieces = Chunks([b"x" * 65536] * 100)
    caller.meet(answer(pieces, 500))
    with pytest.raises(InternalServerError):
        await caller.create()
    await caller.closed(pieces)


def every_error() -> list[AIMLAPIError]:
    """One of each public class, with everything that an error may hold."""
    names = [name for name in aimlapi_messages.__all__ if name.endswith("Error")]
    details = [ProblemIssue(path="a", reason="b")]
    return [
        getattr(aimlapi_messages, name)(
            "What happened.",
            status_code=400,
            type="t",
            request_id="r",
            path="/p",
            details=details,
            upstream_status=429,
            body="{}",
            url=URL,
            headers={"retry-after": "3"},
            partial=message_from_body(body(text_block("so far"))),
        )
        for name in names
    ]


@pytest.mark.parametrize("error", every_error(), ids=lambda error: type(error).__name__)
def test_every_error_pickles(error: AIMLAPIError) -> None:
    """An error crosses to another process with its class and all it holds."""
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)


def test_a_timeout_pickles_with_its_phase() -> None:
    """The phase is part of what a timeout holds."""
    error = APITimeoutError("slow")
    error.phase = "connect"
    assert pickle.loads(pickle.dumps(error)).phase == "connect"


def test_the_tree_is_as_drawn() -> None:
    """Each class stands where the drawing in the module's docstring has it."""
    assert AIMLAPIError.__bases__ == (Exception,)
    assert issubclass(ConfigurationError, ValueError)
    assert issubclass(InvalidRequestError, ValueError)
    assert not issubclass(InvalidRequestError, APIError)
    assert issubclass(APITimeoutError, APIConnectionError)
    assert issubclass(OutOfCreditError, PermissionDeniedError)
    assert issubclass(ModelWithdrawnError, NotFoundError)
    assert issubclass(OverloadedError, InternalServerError)
    assert issubclass(InternalServerError, APIStatusError)
    assert issubclass(UnexpectedResponseError, APIError)
    assert issubclass(StreamIncompleteError, APIError)


@in_process
@pytest.mark.anyio
@pytest.mark.parametrize(
    ("raised", "phase"),
    [
        (httpx.ConnectTimeout("c"), "connect"),
        (httpx.PoolTimeout("p"), "pool"),
        (httpx.WriteTimeout("w"), "write"),
        (httpx.ReadTimeout(""), "read"),
    ],
)
async def test_a_timeout_says_what_was_waited_for(caller: Caller, raised: Exception, phase: str) -> None:
    """Each of httpx's timeouts is one class with a phase, and httpx's own is the cause."""
    caller.meet(raised)
    with pytest.raises(APITimeoutError, match=r"POST https://api.aimlapi.com/v1/messages took too long") as caught:
        await caller.create()
    assert caught.value.phase == phase
    assert caught.value.__cause__ is raised
    assert caught.value.url == URL


@in_process
@pytest.mark.anyio
@pytest.mark.parametrize(
    "raised",
    [httpx.ConnectError("refused"), httpx.RemoteProtocolError("gone"), httpx.ReadError("x"), httpx.ProxyError("p")],
)
async def test_a_failed_connection_is_one_class(caller: Caller, raised: httpx.RequestError) -> None:
    """The cause is httpx's error, whose request has lost its headers and its query."""
    caller.meet(raised)
    with pytest.raises(APIConnectionError, match="failed: ") as caught:
        await caller.create(extra_query={"secret": "1"})
    assert caught.value.__cause__ is raised
    assert "authorization" not in raised.request.headers
    assert "secret" not in str(raised.request.url) + str(caught.value)


@pytest.mark.anyio
async def test_an_answer_that_breaks_off_is_a_failed_connection(caller: Caller) -> None:
    """Half a body is not read as a message."""
    caller.meet(answer(Chunks([b'{"id":'], httpx.ReadError("cut")), type="application/json"))
    with pytest.raises(APIConnectionError, match=r"cut|peer closed|not completed"):
        await caller.create()


@pytest.mark.anyio
async def test_an_error_from_a_stream_pickles_with_its_partial_message(caller: Caller) -> None:
    """What had been read survives the way to another process."""
    caller.meet(answer(sse(*TEXT_EVENTS[:4])))
    with pytest.raises(StreamIncompleteError) as caught:
        await caller.final()
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.partial.text == "Hel"
