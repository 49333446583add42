"""`client.send` and `client.pages`: any operation of the generated client, sent as every other call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import httpx
import pytest
from attrs import evolve

from aimlapi_client.api.messages import create_message
from aimlapi_client.api.messages.create_message import ENDPOINT
from aimlapi_client.bodies import RequestBody
from aimlapi_client.operation import Endpoint, Operation, Parameter
from aimlapi_client.pages import Paging
from aimlapi_client.types import File, model
from aimlapi_messages import (
    APIConnectionError,
    BudgetExceededError,
    InvalidRequestError,
    OverloadedError,
    UnexpectedResponseError,
)

from ..support.wire import MODEL, Answer, Gateway, answer, body, meta, text_block

pytestmark = pytest.mark.operation("create_message")

PAGING = Paging(items="data", cursor="cursor", following="pagination.next_cursor", more="pagination.has_more")

ECHO: Endpoint[Any] = Endpoint(
    "echo",
    "GET",
    "/v9/echo",
    (Parameter("period", "period"), Parameter("key_prefix", "key_prefix")),
    repeat="safe",
    decoder=dict,
)
MAKE: Endpoint[Any] = Endpoint("make", "POST", "/v9/things", repeat="unsafe", decoder=dict)
USAGE: Endpoint[Any] = Endpoint("usage", "GET", "/v9/usage", repeat="safe", decoder=model("UsageSummary"))
LISTING: Endpoint[Any] = Endpoint(
    "list_things",
    "GET",
    "/v9/things",
    (Parameter("cursor", "cursor"), Parameter("page_size", "limit", minimum=1, maximum=100)),
    repeat="safe",
    decoder=dict,
)
SECRET: Endpoint[Any] = Endpoint("secret", "POST", "/v9/secret", secret=True, decoder=model("UsageSummary"))


class Sync:
    def __init__(self, *answers: Answer, **options: Any) -> None:
        self.gateway = Gateway(*answers)
        self.client: Any = self.gateway.client(**options)

    def send(self, operation: Operation[Any], **options: Any) -> Any:
        return self.client.send(operation, **options)

    def items(self, operation: Operation[Any], **options: Any) -> list[Any]:
        return list(self.client.pages(operation, PAGING, **options))


class Async(Sync):
    def __init__(self, *answers: Answer, **options: Any) -> None:
        super().__init__(*answers)
        self.client = self.gateway.async_client(**options)

    def send(self, operation: Operation[Any], **options: Any) -> Any:
        return asyncio.run(self.client.send(operation, **options))

    def items(self, operation: Operation[Any], **options: Any) -> list[Any]:
        async def read() -> list[Any]:
            return [item async for item in self.client.pages(operation, PAGING, **options)]

        return asyncio.run(read())


@pytest.fixture(params=[Sync, Async])
def made(request: pytest.FixtureRequest) -> Callable[..., Sync]:
    kind: Callable[..., Sync] = request.param
    return kind


def echo(**arguments: Any) -> Operation[Any]:
    return Operation(ECHO, arguments)


def listing(**arguments: Any) -> Operation[Any]:
    return Operation(LISTING, arguments)


def test_an_operation_nobody_has_named_is_sent_like_any_other(made: Callable[..., Sync]) -> None:
    """With the key, the headers that follow from the call, and the options of every method."""
    client = made(answer({"a": 1}))
    assert client.send(echo(), extra_headers={"X-Mine": "1"}, extra_query={"q": True}) == {"a": 1}
    sent = client.gateway.requests[-1]
    assert (sent.method, sent.url.path, sent.url.query) == ("GET", "/v9/echo", b"q=true")
    assert sent.headers["accept"] == "application/json"
    assert sent.headers["x-mine"] == "1"
    assert sent.headers["authorization"].startswith("Bearer ")


def test_a_member_of_the_query_can_be_replaced_or_taken_away(made: Callable[..., Sync]) -> None:
    """By its name on the wire; the others stay."""
    client = made(answer({"a": 1}))
    client.send(echo(period="7d", key_prefix="sk"), extra_query={"period": "30d", "key_prefix": None})
    assert client.gateway.requests[-1].url.query == b"period=30d"


def test_a_query_that_stays_is_sent_as_it_was_written(made: Callable[..., Sync]) -> None:
    """A comma between two values stays apart from one in a value, whatever is added."""
    client = made(answer({"a": 1}))
    endpoint = evolve(ECHO, parameters=(Parameter("tags", "tags", explode=False),))
    client.send(Operation(endpoint, {"tags": ["a,b", "c d"]}), extra_query={"q": "x y"})
    assert client.gateway.requests[-1].url.query == b"tags=a%2Cb,c%20d&q=x+y"


BODIES = (
    RequestBody("application/json", "json"),
    RequestBody("text/csv", "text"),
    RequestBody("image/*", "range"),
    RequestBody("multipart/form-data", "multipart"),
)
SENT: dict[str, tuple[object, str, bytes]] = {
    "JSON": ({"a": "ü"}, "application/json", '{"a":"ü"}'.encode()),
    "text": ("a,ü", "text/csv", "a,ü".encode()),
    "a file": (File(BytesIO(b"\xff"), mime_type="image/png"), "image/png", b"\xff"),
}


@pytest.mark.parametrize(("value", "media_type", "content"), SENT.values(), ids=SENT.keys())
def test_a_body_is_sent_in_its_media_type(
    made: Callable[..., Sync], value: object, media_type: str, content: bytes
) -> None:
    """As the document says it, and again with a retry."""
    client = made(httpx.ReadTimeout("late"), answer({"a": 1}), max_retries=1)
    client.send(Operation(evolve(MAKE, bodies=BODIES, repeat="safe"), body=value))
    for request in client.gateway.requests[-2:]:
        assert (request.headers["content-type"], request.content) == (media_type, content)


def test_a_form_is_sent_with_its_boundary(made: Callable[..., Sync]) -> None:
    """A file in it is read once for all attempts."""
    client = made(httpx.ReadTimeout("late"), answer({"a": 1}), max_retries=1)
    form = {"name": "x", "file": File(BytesIO(b"data"), "a.txt")}
    client.send(Operation(evolve(MAKE, bodies=BODIES, repeat="safe"), body=form))
    first, second = client.gateway.requests[-2:]
    assert first.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert (first.headers["content-type"], first.content) == (second.headers["content-type"], second.content)
    assert b'filename="a.txt"' in first.content
    assert b"\r\n\r\ndata\r\n" in first.content


@pytest.mark.parametrize(
    ("value", "problem"),
    [(None, "body is missing"), ({"a": {1}}, "a set has no form in JSON"), ({"f": [b"x", object()]}, "f is a object")],
)
def test_a_body_that_cannot_be_written_is_refused(made: Callable[..., Sync], value: object, problem: str) -> None:
    """Before anything is sent."""
    client = made()
    with pytest.raises(InvalidRequestError, match=problem):
        client.send(Operation(evolve(MAKE, bodies=BODIES, needs_body=True), body=value))
    assert client.gateway.requests == []


def test_an_answer_is_read_by_the_media_type_that_came(made: Callable[..., Sync]) -> None:
    """In its charset."""
    client = made(answer(b"\xfc", type="text/csv; charset=latin-1"))
    endpoint: Endpoint[Any] = evolve(ECHO, others={"text/csv": "text"})
    assert client.send(Operation(endpoint)) == "ü"


def test_what_only_reads_is_sent_again_whatever_befell_it(made: Callable[..., Sync]) -> None:
    """The gateway may be asked twice for nothing."""
    client = made(httpx.ReadTimeout("late"), answer({"a": 1}), max_retries=1)
    assert client.send(echo()) == {"a": 1}


def test_what_makes_something_is_not(made: Callable[..., Sync]) -> None:
    """There would be two keys."""
    client = made(httpx.ReadTimeout("late"), max_retries=1)
    with pytest.raises(APIConnectionError):
        client.send(Operation(MAKE, body={"name": "mine"}))
    assert len(client.gateway.requests) == 1


def test_an_argument_that_cannot_be_sent_is_refused(made: Callable[..., Sync]) -> None:
    """As any wrong argument of this client; a listing says so before it is read."""
    client = made(answer({}))
    operation = listing(page_size=101)
    with pytest.raises(InvalidRequestError, match="page_size is 101"):
        client.send(operation)
    with pytest.raises(InvalidRequestError, match="page_size is 101"):
        client.client.pages(operation, PAGING)
    assert client.gateway.requests == []


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"timeout": -1}, InvalidRequestError),
        ({"max_retries": -1}, InvalidRequestError),
        ({"extra_headers": {"a b": "c"}}, InvalidRequestError),
        ({"page": 2}, TypeError),
    ],
)
def test_an_option_that_cannot_be_kept_is_refused(
    made: Callable[..., Sync], options: dict[str, Any], error: type[Exception]
) -> None:
    """Before anything is sent."""
    client = made(answer({}))
    with pytest.raises(error):
        client.send(echo(), **options)
    with pytest.raises(error):
        client.client.pages(echo(), PAGING, **options)
    assert client.gateway.requests == []


@pytest.mark.parametrize(
    ("given", "told"),
    [(b"", "an empty body"), (b"<html>", "not JSON"), (b"[]", "another kind"), (b"{}", "lacks the field")],
)
def test_an_answer_of_another_kind_is_a_typed_error(made: Callable[..., Sync], given: bytes, told: str) -> None:
    """It says what came instead."""
    with pytest.raises(UnexpectedResponseError, match=told) as caught:
        made(answer(given, type="application/json")).send(Operation(USAGE))
    assert caught.value.body == given.decode()


def test_an_error_inside_a_success_is_that_error(made: Callable[..., Sync]) -> None:
    """Also where the model would have let it through."""
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    with pytest.raises(OverloadedError):
        made(answer(error)).send(echo())


@pytest.mark.parametrize(
    "given", [{"data": "sk-hidden-hidden"}, {"error": {"message": "no"}, "data": {"key": "sk-hidden-hidden"}}]
)
def test_an_answer_that_holds_a_secret_is_never_shown(made: Callable[..., Sync], given: dict[str, Any]) -> None:
    """Whatever is wrong with it."""
    with pytest.raises(Exception, match="secret") as caught:
        made(answer(given)).send(Operation(SECRET))
    assert "hidden" not in f"{caught.value} {vars(caught.value)}"
    assert caught.value.__cause__ is None


def test_what_a_message_costs_is_counted(made: Callable[..., Sync]) -> None:
    """A message of the generated client is a message; the budget holds for it too."""
    paid = answer({**body(text_block("Hi")), "meta": meta(credits_used=1000, usd_spent=0.5)})
    client = made(paid, budget_usd="0.5")
    operation = create_message.request(body={"model": MODEL, "max_tokens": 9, "messages": []})
    assert client.send(operation).id == "msg_01"
    assert client.client.spent == Decimal("0.5")
    with pytest.raises(BudgetExceededError):
        client.send(operation)


def page(cursor: str | None) -> Answer:
    return answer({"data": [], "pagination": {"next_cursor": cursor, "has_more": cursor is not None}})


def test_a_listing_that_leads_in_a_circle_is_a_typed_error(made: Callable[..., Sync]) -> None:
    """Not a loop without end."""
    client = made(page("a"), page("a"))
    with pytest.raises(UnexpectedResponseError, match="back to an earlier page"):
        client.items(listing())
    assert len(client.gateway.requests) == 2


def test_the_options_of_a_listing_are_those_of_each_page(made: Callable[..., Sync]) -> None:
    """The cursor comes with the call."""
    client = made(page("a"), page(None))
    assert client.items(listing(page_size=5), extra_headers={"x-mine": "1"}) == []
    assert [one.url.query for one in client.gateway.requests] == [b"limit=5", b"cursor=a&limit=5"]
    assert [one.headers["x-mine"] for one in client.gateway.requests] == ["1", "1"]


@pytest.mark.parametrize("operation", [create_message, ENDPOINT, 5, None])
def test_what_is_no_operation_is_refused(made: Callable[..., Sync], operation: Any) -> None:
    """And the words say what was forgotten."""
    with pytest.raises(InvalidRequestError, match="request` function"):
        made(answer({})).send(operation)
