"""Error bodies of the gateways, proxies and frameworks that stand before a model, and what is told of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aimlapi_messages import (
    APIStatusError,
    AuthenticationError,
    InternalServerError,
    OutOfCreditError,
    OverloadedError,
    PermissionDeniedError,
    RateLimitError,
    UnexpectedResponseError,
)

from ..support.callers import Caller
from ..support.errors import URL, error_of
from ..support.wire import KEY, answer, sse


def said(error: APIStatusError) -> str:
    """What the text of an error has between its address and its advice."""
    text = str(error).removeprefix(f"{error.status_code} from {URL}: ")
    return text.removesuffix(f" {UnexpectedResponseError.advice}").removesuffix(f" {error.advice}").removesuffix(".")


FIELD = "must not be null"
JSON_API = {"errors": [{"status": "422", "source": {"pointer": "/data/model"}, "title": "Invalid", "detail": FIELD}]}
SPRING = {
    "timestamp": "2026-11-29T03:00:00Z",
    "status": 400,
    "error": "Bad Request",
    "message": "Validation failed",
    "errors": [
        {
            "codes": ["NotNull.model", "NotNull"],
            "arguments": [{"codes": ["x.model", "model"], "defaultMessage": "model", "code": "model"}],
            "defaultMessage": FIELD,
            "objectName": "x",
            "field": "model",
            "rejectedValue": None,
            "code": "NotNull",
        }
    ],
    "path": "/v1/messages",
}
GOOGLE = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [{"field": "a", "description": "b"}]}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # Complaints about fields.
        ({"title": "No", "invalid-params": [{"name": "age", "reason": "too low"}]}, "No; age: too low"),
        ({"title": "No", "invalidParams": [{"name": "age", "reason": "too low"}]}, "No; age: too low"),
        ({"title": "No", "errors": [{"detail": "too low", "pointer": "#/age"}]}, "No; #/age: too low"),
        (JSON_API, f"/data/model: Invalid; /data/model: {FIELD}"),
        ({"errors": [{"source": {"header": "Accept"}, "title": "Bad header"}]}, "Accept: Bad header"),
        (SPRING, f"Validation failed; model: {FIELD}"),
        ({"error": {"message": "m", "details": [{"target": "a", "message": "b", "code": "c"}]}}, "m; a: b"),
        ({"error": {"code": 400, "message": "m", "details": [GOOGLE]}}, "m; a: b"),
        ({"title": "No", "violations": [{"propertyPath": "a", "title": "b", "parameters": {"x": "y"}}]}, "No; a: b"),
        ({"title": "No", "violations": [{"field": "a", "message": "b"}]}, "No; a: b"),
        ({"Message": "No", "ModelState": {"model.Name": ["is empty"]}}, "No; model.Name: is empty"),
        ({"message": "No", "errors": [{"resource": "r", "field": "a", "code": "missing"}]}, "No; a: missing"),
        ({"success": False, "error": {"issues": [{"path": ["a", 0], "message": "b"}], "name": "ZodError"}}, "a.0: b"),
        ({"error": {"formErrors": [], "fieldErrors": {"a": ["b"]}}}, "a: b"),
        ({"errors": {"base": ["c"], "name": ["is empty", "is short"]}}, "base: c; name: is empty; name: is short"),
        ({"errors": {"title": ["is short"], "message": ["is empty"]}}, "title: is short; message: is empty"),
        ({"errors": [{"field": None, "param": "a", "message": "b"}]}, "a: b"),
        # What else an error holds is not told.
        ({"message": "m", "details": {"kind": "pods"}}, "m"),
        ({"code": "x", "message": "m", "details": [{"type": "t", "value": "CgRi"}]}, "m"),
        ({"errors": [{"code": "MANIFEST", "message": "m", "detail": {"Tag": "x"}}]}, "m"),
        ({"error": {"type": "x", "message": "m", "details": {"error_visibility": "user_facing"}}}, "m"),
        ({"statusCode": 400, "message": ["a is empty", "b is long"], "error": "Bad Request"}, "a is empty; b is long"),
        # Around the error, and in place of an object.
        ([{"error": {"code": 400, "message": "m", "status": "INVALID"}}], "m"),
        ([{"message": "m", "errorCode": "INVALID"}], "m"),
        ("m", "m"),
        ({"Response": {"Error": {"Code": "x", "Message": "m"}, "RequestId": "r"}}, "m"),
        ({"ResponseMetadata": {"RequestId": "r", "Error": {"Code": "x", "Message": "m"}}}, "m"),
        ({"base_resp": {"status_code": 1008, "status_msg": "m"}}, "m"),
        ({"fault": {"faultstring": "m", "detail": {"errorcode": "x"}}}, "m"),
        ({"code": 1, "data": {"message": "m"}}, "m"),
        ({"hydra:title": "t", "hydra:description": "d"}, "t; d"),
        # What a provider said to who passes it on.
        (
            {"error": {"message": "m", "code": 429, "metadata": {"raw": "Slow down", "provider_name": "P"}}},
            "m; Slow down",
        ),
        ({"error": {"message": "m", "metadata": {"raw": '{"error": {"message": "No", "type": "t"}}'}}}, "m; No"),
        ({"error": {"message": "m", "metadata": {"raw": {"error": {"message": "No"}}}}}, "m; No"),
        ({"message": "m", "metadata": {"raw": "m", "is_byok": False}}, "m"),
        ({"error": {"message": "m", "metadata": {"reasons": ["hate"], "flagged_input": "x"}}}, "m; reasons: hate"),
        ({"error": {"message": "m", "metadata": {"headers": {"X-RateLimit-Limit": "50"}}}}, "m"),
        ({"error": {"message": "m", "metadata": {"raw": None, "provider_name": "P"}}}, "m"),
        ({"errorMessages": ["m"], "errors": {}}, "m"),
        # A text that holds the error of another.
        ({"message": json.dumps({"error": {"message": "m"}})}, "m"),
        ({"message": json.dumps([{"path": ["a"], "message": "b"}])}, "a: b"),
        ({"message": 'Bad.Thing: Claude - {"error": {"message": "m"}}'}, "Bad.Thing: Claude; m"),
        ({"error": {"message": "Bad - b'" + json.dumps({"error": {"message": "m"}}) + "'. See x"}}, "Bad; m"),
        ({"error": 'Error: 400 {"error": {"message": "m"}}\n  at x (y:1)'}, "m"),
        (json.dumps({"error": {"message": "m"}}), "m"),
        (b'event: error\ndata: {"type": "error", "error": {"message": "m"}}\n\n', "m"),
        (b'400 Bad Request: {"error": {"message": "m"}}', "m"),
        (b'{"error": {"message": "m"}}\n{"error": {"message": "n"}}', "m"),
        (b'Wrong: {"a": 1}', 'Wrong: {"a": 1}'),
        # Pages.
        (
            b"<html><head><title>502 Bad</title></head><body><center><h1>502 Bad</h1></center><hr>nginx",
            "502 Bad; nginx",
        ),
        (b"<!doctype html><title>404 No</title><h1>No</h1><p>It is &lt;gone&gt;.</p>", "404 No; It is <gone>"),
        (b"<!-- x --><body>a <b>b</b><script>c()</script><style>d</style>", "a b"),
        (b'<?xml version="1.0"?><Error><Code>Denied</Code><Message>No</Message></Error>', "Denied No"),
        (b"<script>never closed", "<script>never closed"),
    ],
)
def test_an_envelope_is_told_in_its_own_words(body: Any, expected: str) -> None:
    """Each complaint with its place, nothing that is for programs, and no markup."""
    assert " ".join(said(error_of(body)).split()) == expected


@pytest.mark.parametrize(
    ("data", "type", "expected"),
    [
        (json.dumps({"message": "caf\xe9"}).encode("utf-16"), "", "caf\xe9"),
        ('{"message": "caf\xe9"}'.encode("utf-16-le"), "application/json", "caf\xe9"),
        ('{"message": "caf\xe9"}'.encode("latin-1"), "application/json; charset=ISO-8859-1", "caf\xe9"),
        ('{"message": "你好"}'.encode("gbk"), 'text/json; charset="gbk"', "你好"),
        ('{"message": "caf\xe9"}'.encode(), "application/json; charset=latin-1", "caf\xe9"),
        ('{"message": "caf\xe9"}'.encode("latin-1"), "application/json", "caf\ufffd"),
        ('{"message": "caf\xe9"}'.encode("latin-1"), "application/json; charset=utf-99", "caf\ufffd"),
        ('{"message": "caf\xe9"}'.encode("latin-1"), "application/json; charset=punycode", "caf\ufffd"),
        (b'\xef\xbb\xbf{"message": "m"}', "", "m"),
        (b"\xff\xfe\x00", "", "\ufffd\ufffd\x00"),
    ],
)
def test_an_error_is_read_in_its_encoding(data: bytes, type: str, expected: str) -> None:
    """UTF-8 first, whatever is said of it; else what the first bytes or the content type say."""
    assert said(error_of(data, headers={"content-type": type})) == expected


def test_the_type_of_an_error_in_a_text_counts() -> None:
    """A provider that is overloaded is, whoever passes it on."""
    inner = json.dumps({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}})
    error = error_of({"error": {"message": f"Claude - {inner}", "type": "proxy_error"}}, 500)
    assert (type(error), error.type) == (OverloadedError, "overloaded_error")


@pytest.mark.parametrize(
    ("body", "status", "advice"),
    [
        (b"<title>Access denied</title>", 403, UnexpectedResponseError.advice),
        (b"RBAC: access denied", 403, UnexpectedResponseError.advice),
        (b"<h1>401 Authorization Required</h1>", 401, UnexpectedResponseError.advice),
        (b"404 page not found", 404, UnexpectedResponseError.advice),
        (b"", 404, UnexpectedResponseError.advice),
        (b"", 403, PermissionDeniedError.advice),
        (b"", 401, AuthenticationError.advice),
        ({"message": "Forbidden"}, 403, PermissionDeniedError.advice),
        (b"<h1>Bad Gateway</h1>", 502, InternalServerError.advice),
        (b"You have run out of funds", 403, OutOfCreditError.advice),
    ],
)
def test_what_is_no_api_is_no_matter_of_the_key(body: Any, status: int, advice: str) -> None:
    """A proxy or a firewall refuses whoever asks."""
    assert str(error_of(body, status)).endswith(advice)


@pytest.mark.parametrize("member", ["instance", "path"])
@pytest.mark.parametrize(
    ("value", "path"),
    [("/v1/x", "/v1/x"), ("https://a.example/x", "https://a.example/x"), ("urn:uuid:1", None), ("9d99a", None)],
)
def test_an_id_of_an_occurrence_is_no_path(member: str, value: str, path: str | None) -> None:
    """The text names the address that was asked, whatever the body says."""
    error = error_of({"message": "m", member: value})
    assert error.path == path
    assert str(error).startswith(f"400 from {URL}: m.")


@pytest.mark.parametrize("name", ["requestId", "request_id", "RequestId"])
def test_the_id_of_the_request_has_several_names(name: str) -> None:
    assert error_of({"message": "m", name: "r-1"}).request_id == "r-1"


@pytest.mark.parametrize(
    "body",
    [
        {"errors": {"x" * 190 + KEY: ["bad"]}},
        {"errors": [{"loc": ["x" * 190, KEY], "msg": "bad"}]},
        {"message": "m", "requestId": "x" * 190 + KEY},
        {"message": "m", "instance": "/" + "x" * 190 + KEY},
        {"error": {"type": "x" * 190 + KEY, "message": "m"}},
        {"message": "Error: " + json.dumps({"error": {"message": f"key {KEY}."}})},
        f"<title>{'x' * 190}{KEY}</title>".encode(),
        "x" * 195 + KEY,
        {"message": "x" * 9_990 + KEY},
    ],
)
def test_no_part_of_a_key_is_left_where_a_text_is_cut(body: Any) -> None:
    """It is taken out before."""
    error = error_of(body)
    assert not any(KEY[:size] in repr((str(error), vars(error))) for size in range(5, len(KEY) + 1))


@pytest.mark.parametrize("name", ["requestId", "instance", "path", "type"])
def test_a_long_id_is_cut(name: str) -> None:
    """An error stays small, whatever a server calls itself."""
    long = "/" + "x" * 100_000
    assert len(str(error_of({"message": "m", name: long, "error": {"type": long}}))) < 1000


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        ({"code": "rate_limit_daily", "message": "Error code: 429 - slow down"}, RateLimitError, 429),
        ({"code": 401, "msg": "no such token", "data": None}, AuthenticationError, 401),
        ({"code": "402", "message": "m"}, OutOfCreditError, 402),
        ({"status_code": 503, "detail": "m"}, InternalServerError, 503),
        ({"success": False, "message": "Insufficient balance", "code": 403}, OutOfCreditError, 403),
        ({"success": False, "message": "m"}, InternalServerError, 500),
        ({"choices": [{"error": {"code": 401, "message": f"bad key {KEY}"}}]}, AuthenticationError, 401),
        ({"message": '529 {"error": {"type": "overloaded_error", "message": "m"}}'}, OverloadedError, 529),
    ],
)
async def test_a_failure_under_a_success_status_is_known_by_what_it_says(
    caller: Caller, content: Any, kind: type[APIStatusError], status: int
) -> None:
    """Its code, the provider's status in its text, or that it is no success; in a stream too."""
    caller.meet(answer(content))
    with pytest.raises(kind) as caught:
        await caller.create(max_retries=0)
    assert (type(caught.value), caught.value.status_code) == (kind, status)
    caller.meet(answer(sse(content)))
    with pytest.raises(kind):
        await caller.final(max_retries=0)


@pytest.mark.anyio
@pytest.mark.parametrize("content", [{"message": "Hello"}, {"code": 401}, {"code": 7, "msg": "m"}, {"success": False}])
async def test_other_objects_are_no_failure(caller: Caller, content: Any) -> None:
    """They are only not what was asked for."""
    caller.meet(answer(content))
    with pytest.raises(UnexpectedResponseError):
        await caller.create(max_retries=0)
