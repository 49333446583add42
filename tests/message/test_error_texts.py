"""What an error says: the text of its body, wherever the server put it, and what follows from its words."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from aimlapi_client.models import ProblemIssue
from aimlapi_messages import (
    APIStatusError,
    BadRequestError,
    InternalServerError,
    ModelWithdrawnError,
    NotFoundError,
    OutOfCreditError,
    OverloadedError,
    PermissionDeniedError,
    RateLimitError,
    UnprocessableEntityError,
)

from ..support.callers import Caller
from ..support.errors import URL, error_of
from ..support.wire import answer, sse

WITHDRAWN = "anthropic/claude-3-opus"


# One text in every place where servers have been seen to put it.
PLACES: dict[str, Any] = {
    "message": {"message": "%s"},
    "Message": {"Message": "%s"},
    "msg": {"msg": "%s", "code": 1},
    "errorMessage": {"errorMessage": "%s"},
    "detail": {"detail": "%s"},
    "detail of FastAPI": {"detail": [{"loc": ["body", "model"], "msg": "%s", "type": "value_error"}]},
    "detail as an object": {"detail": {"code": "E1", "message": "%s"}},
    "detail as an object of an error": {"detail": {"error": {"msg": "%s"}}},
    "errors": {"errors": ["%s"]},
    "errors as objects": {"success": False, "errors": [{"code": 7003, "message": "%s"}], "messages": []},
    "errors by field": {"errors": {"model": ["%s"]}},
    "error": {"error": "%s"},
    "error.message": {"error": {"message": "%s", "type": "x", "param": None}},
    "error.msg": {"error": {"msg": "%s"}},
    "error.detail": {"error": {"detail": "%s"}},
    "error_description": {"error": "invalid_grant", "error_description": "%s"},
    "RFC 9457": {"type": "about:blank", "title": "Forbidden", "status": 403, "detail": "%s"},
    "RFC 9457 with a title": {"type": "https://example.com/p", "title": "No", "status": 403, "detail": "%s"},
    "title": {"title": "%s"},
    "a provider's error": {"message": '403 {"type": "error", "error": {"type": "x", "message": "%s"}}'},
    "a list": {"message": ["%s"]},
}


def placed(place: str, text: str) -> Any:
    return json.loads(json.dumps(PLACES[place]).replace("%s", text))


@pytest.mark.parametrize("place", PLACES)
def test_a_text_is_read_wherever_it_stands(place: str) -> None:
    """Once, without the JSON around it."""
    error = error_of(placed(place, "The flux is out of phase"), 403)
    assert type(error) is PermissionDeniedError
    assert str(error).count("The flux is out of phase") == 1
    assert "{" not in str(error)


@pytest.mark.parametrize("place", PLACES)
def test_words_about_funds_count_wherever_they_stand(place: str) -> None:
    """No other key of the account would do better, and it is not sent again."""
    assert type(error_of(placed(place, "You have run out of funds."), 403)) is OutOfCreditError
    assert type(error_of(placed(place, "Your credit balance is too low to go on"), 400)) is OutOfCreditError


@pytest.mark.anyio
@pytest.mark.parametrize("place", ["detail", "errors", "msg", "Message", "error.msg", "error_description"])
async def test_words_about_funds_are_read_by_both_clients(caller: Caller, place: str) -> None:
    """Also in an error that would be sent again if it said anything else."""
    gateway = caller.meet(answer(placed(place, "insufficient_quota: add credits"), 429, {"retry-after-ms": "1"}))
    with pytest.raises(OutOfCreditError, match="insufficient_quota"):
        await caller.create(max_retries=3)
    with pytest.raises(OutOfCreditError, match="insufficient_quota"):
        await caller.final(max_retries=3)
    assert len(gateway.requests) == 2


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (402, {}, OutOfCreditError),
        (403, {"error": {"code": "insufficient_user_quota", "message": "用户额度不足"}}, OutOfCreditError),
        (403, {"error": {"code": "insufficient_user_quota", "message": "no"}}, OutOfCreditError),
        (429, {"error": {"type": "insufficient_quota", "message": "You exceeded your quota"}}, OutOfCreditError),
        (400, {"message": "This request requires more credits, or fewer max_tokens."}, OutOfCreditError),
        (401, {"detail": "Insufficient account balance"}, OutOfCreditError),
        (400, {"message": "Please top up to continue"}, OutOfCreditError),
        (500, {"message": '403 {"error": {"message": "Not enough credits"}}'}, OutOfCreditError),
        (
            400,
            {"error": {"message": "m", "metadata": {"raw": '{"error": {"message": "No credits"}}'}}},
            OutOfCreditError,
        ),
        (429, {"error": {"message": "m", "metadata": {"raw": "Insufficient balance"}}}, OutOfCreditError),
        # In members that nobody knows.
        (403, {"error": {"text": "You have run out of funds"}}, OutOfCreditError),
        (400, {"detail": {"account": {"note": "Insufficient balance"}}}, OutOfCreditError),
        (400, {"message": {"en": "insufficient balance"}}, OutOfCreditError),
        (429, {"info": "Not enough credits"}, OutOfCreditError),
        (400, {"err": "Your credit balance is too low"}, OutOfCreditError),
        # No money, or not for certain.
        (403, {"balance": 5, "granted": False}, PermissionDeniedError),
        (403, {"message": "No", "path": "/v1/billing/balance"}, PermissionDeniedError),
        (403, {"message": "The key lacks the scope model:chat"}, PermissionDeniedError),
        (429, {"message": "Too many requests: add a payment method to raise the limit, see /billing"}, RateLimitError),
        (429, {"message": "Quota exceeded for requests per minute"}, RateLimitError),
        (400, {"message": "tools.0: no function named credits"}, BadRequestError),
        (400, {"message": "messages must balance user and assistant turns"}, BadRequestError),
        (500, {"message": "the provider has insufficient funds"}, InternalServerError),
    ],
)
def test_money_is_told_from_other_refusals(status: int, body: Any, kind: type[APIStatusError]) -> None:
    """A 403 may only mention it; what has a class of its own must say that it is used up."""
    assert type(error_of(body, status)) is kind


def of_a_provider(said: str) -> str:
    """The error of a provider, as the gateway passes it on in a text."""
    return json.dumps({"type": "error", "error": {"type": "invalid_request_error", "message": said}})


@pytest.mark.parametrize(
    ("body", "said"),
    [
        # A provider's error in more than one text.
        ({"message": f"400 {of_a_provider('No')}", "error": {"message": f"400 {of_a_provider('No')}"}}, "No"),
        ({"message": f"400 {of_a_provider('No')}", "error": {"message": of_a_provider("No")}}, "No"),
        ({"title": "A", "message": of_a_provider("No"), "detail": f"400 {of_a_provider('Yes')}"}, "A; No; Yes"),
        ({"message": [of_a_provider("No"), of_a_provider("Yes"), of_a_provider("No")]}, "No; Yes"),
        ({"message": "No", "error": f"400 {of_a_provider('No')}"}, "No"),
        ({"message": f"Upstream: {of_a_provider('No')}", "msg": f"400 {of_a_provider('No!')}"}, "Upstream; No"),
        ({"title": "Bad Request", "message": "Bad Request", "detail": "Bad Request"}, "Bad Request"),
        ({"title": "Bad Request", "detail": "model is wrong"}, "model is wrong"),
        ({"title": "No credit.", "detail": "It costs 50."}, "No credit; It costs 50"),
        ({"message": "No such tool", "error": {"message": "no such tool."}}, "No such tool"),
        ({"message": "It failed", "error": {"message": "It failed: tools is empty"}}, "It failed: tools is empty"),
        ({"message": "A is wrong. Try B.", "detail": "A is wrong. Ask C."}, "A is wrong. Try B; Ask C"),
        ({"message": "Stop. Stop! Go.\n \nStop"}, "Stop. Go"),
        ({"errors": [{"message": "x is empty"}, {"message": "x is empty"}]}, "x is empty"),
        ({"detail": [{"loc": ["body", "model"], "msg": "required"}]}, "body.model: required"),
        ({"message": "body.a: b", "detail": [{"loc": ["body", "a"], "msg": "b"}]}, "body.a: b"),
        ({"errors": {"model": ["is empty", "is short"]}}, "model: is empty; model: is short"),
        ({"errors": {"body": {"model": "is empty"}}}, "body.model: is empty"),
        ({"error": {"message": "m", "code": 7, "param": "model", "type": "t"}}, "m"),
        ({"error": {"code": "x", "status": "NO"}}, '{"error": {"code": "x", "status": "NO"}}'),
        ({"result": {"why": "unknown"}}, '{"result": {"why": "unknown"}}'),
        ({"ok": False, "why": "x" * 300}, '{"ok": false, "why": "' + "x" * 178),
        (b"Just a text", "Just a text"),
        (b'["the model"]', "the model"),
        (b" \n ", "no text"),
    ],
)
def test_no_sentence_is_said_twice_and_some_is_always_said(body: Any, said: str) -> None:
    """What is not known is shown as it came, shortened."""
    text = str(error_of(body))
    head, advice = f"400 from {URL}: ", f". {BadRequestError.advice}"
    assert (text.startswith(head), text.endswith(advice)) == (True, True)
    assert text[len(head) : -len(advice)] == said


KEYS, BILLING = "https://aimlapi.com/app/keys", "https://aimlapi.com/app/billing"


@pytest.mark.parametrize(
    ("status", "said", "advice"),
    [
        (401, f"This API key is not valid. Keys: {KEYS}", ""),
        (401, f"You can create a new API key on the Billing page: {KEYS}.", ""),
        (401, f"Go to {KEYS}/ and look", ""),
        (401, f"Buy it at {BILLING}", f" Check the key at {KEYS}."),
        (401, f"See {KEYS}/help", f" Check the key at {KEYS}."),
        (401, "No", f" Check the key at {KEYS}."),
        (403, f"The account is out of funds. Top up at {BILLING}", " Or raise the key's limit."),
        (402, f"Please top up: {BILLING}/", " Or raise the key's limit."),
        (403, f"You've run out of credits. See {BILLING}/plans", f" Top up at {BILLING}, or raise the key's limit."),
        (403, "You've run out of credits", f" Top up at {BILLING}, or raise the key's limit."),
    ],
)
@pytest.mark.parametrize("known", [None, "r-1"])
def test_each_advice_is_given_once(status: int, said: str, advice: str, known: str | None) -> None:
    """Where the server sends its caller to the same address, that is enough; the id of the request comes last."""
    error = error_of({"message": said, **({"requestId": known} if known else {})}, status)
    shown = f" (request id {known})" if known else ""
    assert str(error) == f"{status} from {URL}: {said.rstrip('.')}.{advice}{shown}"


@pytest.mark.anyio
@pytest.mark.parametrize("streamed", [False, True])
async def test_an_event_says_it_as_a_reply_does(caller: Caller, streamed: bool) -> None:
    """The text of an error has one form, whatever brought it."""
    event = {"type": "error", "error": {"type": "overloaded_error", "message": "Busy"}, "request_id": "r-1"}
    caller.meet(answer(sse(event)) if streamed else answer(event | {"instance": "/v1/messages"}, 529))
    with pytest.raises(OverloadedError) as caught:
        await caller.final(max_retries=0)
    advice = OverloadedError.advice
    assert str(caught.value) == f"529 from {caller.url}: Busy. {advice} (request id r-1)"


def test_complaints_about_fields_are_details() -> None:
    """By the path of the field, whoever wrote the validator."""
    fastapi = {"detail": [{"loc": ["body", "messages", 0], "msg": "wrong", "type": "t"}, {"msg": "m"}]}
    assert error_of(fastapi, 422).details == (ProblemIssue(path="body.messages.0", reason="wrong"),)
    by_field = {"errors": {"model": ["a", "b"], "code": 7}}
    assert error_of(by_field).details == tuple(ProblemIssue(path="model", reason=reason) for reason in "ab")
    listed = {"message": "M", "errors": [{"field": "tools", "message": "wrong"}]}
    assert error_of(listed).details == (ProblemIssue(path="tools", reason="wrong"),)


MISSPELT = "anthropic/claude-sonet-5"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (404, {"message": "No endpoints found for {}"}, NotFoundError),
        (404, {"message": "No endpoint serves the model {}"}, NotFoundError),
        (404, {"message": "claude-sonet-5 does not exist"}, NotFoundError),
        (404, {"error": {"type": "not_found_error", "message": "model: {}"}}, NotFoundError),
        (404, {"detail": "The model `{}` does not exist or you do not have access to it."}, NotFoundError),
        (400, {"message": "Body validation error!", "meta": {"model": {"_errors": ["Invalid enum"]}}}, BadRequestError),
        (400, {"error": {"message": "{} is not a valid model ID"}}, BadRequestError),
        (422, {"detail": [{"loc": ["body", "model"], "msg": "unknown"}]}, UnprocessableEntityError),
        (500, {"message": "404 model {} not found"}, InternalServerError),
    ],
)
def test_a_misspelt_model_is_told_with_near_names(status: int, body: Any, kind: type[APIStatusError]) -> None:
    """From what the document knows; whatever way the gateway said that it knows no such model."""
    error = error_of(json.loads(json.dumps(body).replace("{}", MISSPELT)), status, model=MISSPELT)
    assert type(error) is kind
    assert "Did you mean 'anthropic/claude-sonnet-5'" in str(error)


@pytest.mark.parametrize(
    "body",
    [
        {"message": "a" + " " * 1_000_000 + "b"},
        {"message": "model " * 160_000},
        {"message": "credits a b c " * 70_000},
        {"message": "a. " * 300_000},
        {"errors": {f"f{number}": "x" for number in range(80_000)}},
        {"errors": [f"x{number}" for number in range(90_000)]},
        {"meta": {f"f{number}": {"_errors": ["x"]} for number in range(40_000)}},
        {"message": "a" + " " * 500_000 + "b: {" + '"message": "m"}' + " " * 500_000},
        {"message": "[{" * 500_000},
        {"errors": ["{" + str(number) for number in range(90_000)]},
        {"message": "'" * 1_000_000},
        b"<head" * 200_000,
        b"<script><!--" * 80_000,
        b"a " + b"{" * 1_000_000,
        b'{"error": ' * 100_000,
    ],
    ids=[
        *("spaces", "models", "credits", "sentences", "fields", "list", "meta"),
        *("prefix", "begins", "objects", "quotes", "heads", "scripts", "braces", "nested"),
    ],
)
def test_a_megabyte_is_read_in_a_moment(body: Any) -> None:
    """And the error stays small."""
    began = time.process_time()
    error = error_of(body)
    assert time.process_time() - began < 2
    assert len(str(error)) < 11_000
    assert len(error.details) <= 1000


@pytest.mark.parametrize(
    ("model", "near"),
    [
        ("claude-sonnet5", "'claude-sonnet-5'"),
        ("anthropic/claud-opus-4-8", "'anthropic/claude-opus-4-8'"),
        ("Anthropic/Claude-Sonnet-5", "'anthropic/claude-sonnet-5'"),
        ("anthropic/claude-sonnet-5", ""),
        ("gpt-4o", ""),
        ("", ""),
        ("x" * 1_000_000, ""),
    ],
)
def test_near_names_are_near(model: str, near: str) -> None:
    """A model that is known is not misspelt, and for one that is like none there is no guess."""
    text = str(error_of({"message": "No such model"}, 404, model=model))
    assert (f"Did you mean {near}" if near else "404 from") in text
    assert bool(near) is ("Did you mean" in text)


@pytest.mark.parametrize(
    ("text", "model", "kind"),
    [
        ("This model was withdrawn", MISSPELT, ModelWithdrawnError),
        ("The model is no longer available", MISSPELT, ModelWithdrawnError),
        ("The model has been deprecated, use another", MISSPELT, ModelWithdrawnError),
        ("model: retired on 2026-01-05", MISSPELT, ModelWithdrawnError),
        ("No endpoints found", WITHDRAWN, ModelWithdrawnError),  # by what the gateway's feed said
        ("Cannot POST /v2/messages", WITHDRAWN, NotFoundError),
        ("The model does not exist", "claude-new", NotFoundError),
        ("No endpoints found", "claude-new", NotFoundError),
        ("This path was removed", MISSPELT, NotFoundError),
    ],
)
def test_only_what_says_so_is_withdrawn(text: str, model: str, kind: type[APIStatusError]) -> None:
    """The text, or the list of models that have ended."""
    assert type(error_of({"message": text}, 404, model=model)) is kind
    assert type(error_of({"message": text}, 404, operation="get_batch", model=model)) is NotFoundError


@pytest.mark.anyio
async def test_near_names_need_no_request(caller: Caller) -> None:
    """The model is that of the call."""
    gateway = caller.meet(answer({"status": 404, "message": "No endpoints found"}, 404))
    with pytest.raises(NotFoundError, match="Did you mean 'anthropic/claude-sonnet-5'"):
        await caller.create(model=MISSPELT)
    assert len(gateway.requests) == 1
