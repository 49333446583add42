"""`client.account`: exact money, aware times, and listings that give each entry once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from dateutil.relativedelta import relativedelta

from aimlapi_client.operation import Parameter
from aimlapi_messages import (
    AIMLAPI,
    APIConnectionError,
    AsyncAIMLAPI,
    AuthenticationError,
    BadRequestError,
    BudgetExceededError,
    InvalidRequestError,
    NotFoundError,
    OutOfCreditError,
    PermissionDeniedError,
    RateLimitError,
    UnexpectedResponseError,
)
from aimlapi_messages.testing import Emulator

from ..support.callers import say
from ..support.wire import MODEL, Gateway, answer

BALANCES = ("get_balance", "get_billing", "get_billing_detail")
LISTINGS = ("list_transactions", "list_logs")
USAGES = ("get_usage", "get_usage_detail")
KEYS = ("get_current_key", "list_keys", "create_key", "update_key", "replace_key", "delete_key")

NOW = datetime(2026, 9, 30, 12, tzinfo=UTC)


# Money


@pytest.mark.operation(*BALANCES)
def test_the_balance_falls_by_what_a_call_costs(client: AIMLAPI) -> None:
    """To the last digit, in dollars, in credits and in the account's detail."""
    cost = say(client).cost
    assert cost is not None
    left = 10 - cost.usd
    assert (client.account.balance().current_balance, client.account.balance().currency) == (left, "USD")
    credits = client.account.credits()
    assert (credits.balance, credits.low_balance) == (left * 2_000_000, False)
    assert credits.last_updated is not None
    assert credits.last_updated.tzinfo is not None
    detail = client.account.detail()
    assert (detail.current_balance, detail.user_id) == (left, 1)
    assert detail.autotopup_settings is not None
    assert detail.autotopup_settings.is_enabled is False


@pytest.mark.operation("get_billing")
def test_money_is_exact() -> None:
    """A fraction that no float can hold stays as it was written."""
    text = b'{"current_balance": 0.1234567890123456789, "currency": "USD"}'
    balance = Gateway(answer(text, type="application/json")).client().account.balance()
    assert balance.current_balance == Decimal("0.1234567890123456789")


@pytest.mark.operation("get_billing")
def test_an_empty_account_is_out_of_credit(emulator: Emulator, client: AIMLAPI) -> None:
    """The error of the messages, while the account may still be asked."""
    emulator.balance = 0
    with pytest.raises(OutOfCreditError):
        say(client)
    assert client.account.balance().current_balance == 0
    emulator.top_up(1)
    assert say(client).text


@pytest.mark.operation("get_billing")
def test_a_used_up_budget_lets_the_account_be_asked(emulator: Emulator) -> None:
    """It is for what costs."""
    with AIMLAPI(api_key="test-key", base_url=emulator.base_url, budget_usd=0) as client:
        with pytest.raises(BudgetExceededError):
            say(client)
        assert client.account.balance().current_balance == 10


# Listings


@pytest.mark.operation("list_transactions")
def test_a_thousand_transactions_come_once_and_in_order(emulator: Emulator, client: AIMLAPI) -> None:
    """Also when new ones arrive between the pages, which belong to the next listing."""
    for number in range(999):
        emulator.top_up(Decimal(number + 1))
    listing = client.account.transactions(page_size=100)
    amounts: list[Decimal] = []
    for entry in listing:
        amounts.append(entry.amount.usd)
        if len(amounts) % 100 == 50:
            emulator.top_up(5000)
    assert amounts == [*(Decimal(number) for number in range(999, 0, -1)), Decimal(10)]
    assert (entry.type, entry.direction, listing.cursor) == ("INIT", "TOPUP", None)
    assert entry.created_at.tzinfo is not None


@pytest.mark.operation("list_transactions")
def test_transactions_match_the_calls(client: AIMLAPI) -> None:
    """Each charge refers to its message, and can be told from top-ups."""
    message = say(client)
    (charge,) = client.account.transactions(direction="CHARGE", type="MODEL_USAGE")
    assert message.cost is not None
    assert (charge.amount.usd, charge.amount.credits) == (message.cost.usd, message.cost.credits)
    assert (charge.reference_id, charge.model) == (message.inference_id, "claude-sonnet-5")
    window = {"start": charge.created_at, "end": charge.created_at + timedelta(seconds=1)}
    assert list(client.account.transactions(**window, type="MODEL_USAGE")) == [charge]
    assert list(client.account.transactions(end=charge.created_at, type="MODEL_USAGE")) == []


@pytest.mark.operation("list_transactions")
def test_a_listing_goes_on_from_a_cursor(emulator: Emulator, client: AIMLAPI) -> None:
    """And an error in the middle leaves it where it was."""
    for number in range(5):
        emulator.top_up(number + 1)
    listing = client.account.transactions(page_size=2)
    first = [next(listing).amount.usd, next(listing).amount.usd]
    emulator.stop()
    with pytest.raises(APIConnectionError):
        next(listing)
    emulator.start()
    rest = client.account.transactions(cursor=listing.cursor)
    assert [*first, *(entry.amount.usd for entry in listing)] == [5, 4, 3, 2, 1, 10]
    assert [entry.amount.usd for entry in rest] == [3, 2, 1, 10]


@pytest.mark.operation("list_logs")
def test_logs_come_once_although_new_calls_push_them_down(client: AIMLAPI) -> None:
    """The gateway counts from the newest, so that a page may begin with what the last one ended with."""
    for number in range(12):
        say(client, client_request_id=f"call-{number}")
    seen: list[str | None] = []
    for entry in client.account.logs(page_size=5):
        seen.append(entry.client_request_id)
        if len(seen) in (3, 8):
            say(client, client_request_id="new")
    assert seen == [f"call-{number}" for number in range(11, -1, -1)]


@pytest.mark.operation("list_transactions")
def test_a_listing_that_goes_in_circles_is_an_error() -> None:
    """A cursor that leads back to itself would never end."""
    page = {"data": [], "pagination": {"has_more": True, "next_cursor": "again"}}
    listing = Gateway(answer(page)).client().account.transactions()
    with pytest.raises(UnexpectedResponseError, match="back to an earlier page"):
        next(listing)


@pytest.mark.operation("list_logs")
def test_a_long_listing_forgets_its_first_names(monkeypatch: pytest.MonkeyPatch, client: AIMLAPI) -> None:
    """Memory does not grow with the listing."""
    monkeypatch.setattr("aimlapi_client.pages.REMEMBERED", 2)
    for _ in range(5):
        say(client)
    assert len(list(client.account.logs(page_size=1))) == 5


@pytest.mark.operation("list_logs")
def test_logs_tell_how_calls_ended(client: AIMLAPI) -> None:
    """A failed call costs nothing, and stands there too; the filters find each."""
    message = say(client)
    with pytest.raises(RateLimitError):
        say(client, extra_headers={"x-emulator-fail": "429"})
    with pytest.raises(NotFoundError):
        client.messages.create(model="anthropic/claude-none", messages="Hi")
    failed = list(client.account.logs(status="failed"))
    assert [(entry.model, entry.cost.usd) for entry in failed] == [("claude-none", 0), ("claude-sonnet-5", 0)]
    (good,) = client.account.logs(status="succeeded", period="24h", model=["claude-sonnet-5", "m"])
    assert (good.inference_id, good.request_id) == (message.inference_id, message.request_id)
    assert good.tokens is not None
    assert (good.tokens.input, good.tokens.output) == (message.usage.input_tokens, message.usage.output_tokens)
    assert list(client.account.logs(start="2026-07-01", end="2026-07-02")) == []


@pytest.mark.operation("list_logs")
def test_logs_have_the_only_published_limit(client: AIMLAPI) -> None:
    """200 pages a minute."""
    for _ in range(200):
        list(client.account.logs())
    with pytest.raises(RateLimitError):
        list(client.account.logs())


# Usage


@pytest.mark.operation(*USAGES)
def test_usage_matches_the_calls(client: AIMLAPI) -> None:
    """The sum, and its parts by day and model, are what the calls said they cost."""
    costs = [say(client, "x" * number).cost for number in (1, 10, 100)]
    client.messages.create(model="anthropic/claude-haiku-4.5", messages="Hi")
    total = client.account.usage()
    assert (total.requests, total.currency, total.api_key_prefix) == (4, "USD", "test-key")
    assert total.end - total.start > timedelta(hours=24)
    detail = client.account.usage_detail(period="7d", group_by="day,model", tz="Pacific/Kiritimati")
    assert detail.spend == total.spend
    by_model = {group.model: group for group in detail.groups or []}
    sonnet = by_model["claude-sonnet-5"]
    assert sonnet.spend == sum(cost.usd for cost in costs if cost)
    counts = sonnet.requests
    assert counts is not None
    assert (counts.total, counts.charged, counts.failed, sonnet.day) == (3, 3, 0, date(2026, 9, 1))
    assert {part.model: part.requests for part in detail.models} == {"claude-haiku-4.5": 1, "claude-sonnet-5": 3}
    (by_day,) = client.account.usage_detail(period="24h", group_by="day", tz="America/Los_Angeles").groups or []
    assert (by_day.day, by_day.model, by_day.requests and by_day.requests.total) == (date(2026, 8, 31), None, 4)


@pytest.mark.operation(*USAGES, "list_transactions")
def test_another_key_s_calls_need_a_management_key(client: AIMLAPI, manager: AIMLAPI) -> None:
    """Which in turn may not see the transactions."""
    say(client)
    with pytest.raises(PermissionDeniedError):
        client.account.usage(key_prefix="other-ke")
    assert manager.account.usage(key_prefix="test-key").requests == 1
    with pytest.raises(PermissionDeniedError):
        next(manager.account.transactions())


# Arguments


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (datetime(2026, 8, 1, tzinfo=UTC), "2026-08-01T00:00:00+00:00"),
        (date(2026, 8, 1), "2026-08-01T00:00:00+00:00"),
        ("2026-08-01", "2026-08-01T00:00:00+00:00"),
        ("2026-08-01T02:00:00+02:00", "2026-08-01T02:00:00+02:00"),
        ("20260801T000000Z", "2026-08-01T00:00:00+00:00"),
    ],
)
def test_times_as_people_write_them(given: Any, sent: str) -> None:
    """Always with an offset on the wire."""
    assert Parameter("start", "start", kind="date-time", place="header").in_header(given) == sent


@pytest.mark.parametrize(("span", "days"), [(timedelta(days=7), 7), (relativedelta(weeks=2), 14)])
def test_spans_count_back_from_now(span: Any, days: int) -> None:
    """Of the standard library and of dateutil."""
    text = str(Parameter("start", "start", kind="date-time", place="header").in_header(span))
    assert abs(datetime.now(UTC) - timedelta(days=days) - datetime.fromisoformat(text)) < timedelta(minutes=1)


@pytest.mark.operation("list_transactions")
@pytest.mark.parametrize("given", [datetime(2026, 8, 1), "2026-08-01T00:00:00", "yesterday", 7, timedelta.max])
def test_times_that_leave_something_open(given: Any) -> None:
    """A time without a zone means another moment on another machine."""
    gateway = Gateway(answer({}))
    with pytest.raises(InvalidRequestError, match="start"):
        gateway.client().account.transactions(start=given)
    assert gateway.requests == []


@pytest.mark.operation("get_usage")
@pytest.mark.parametrize(
    "window",
    [
        {"period": "24h", "start": NOW},
        {"start": NOW},
        {"end": NOW},
        {"start": NOW, "end": NOW - timedelta(days=1)},
        {"start": NOW - timedelta(days=93), "end": NOW},
    ],
    ids=["both", "no end", "no start", "negative", "too long"],
)
def test_windows_that_are_none(client: AIMLAPI, window: Any) -> None:
    """A period or both ends, and at most 92 days: the gateway names the argument."""
    with pytest.raises(BadRequestError, match=r"period|start|end"):
        client.account.usage(**window)


@pytest.mark.operation("get_usage_detail")
def test_a_time_zone_that_is_none(client: AIMLAPI) -> None:
    """Likewise."""
    with pytest.raises(BadRequestError, match="tz"):
        client.account.usage_detail(period="24h", group_by="day", tz="Mars/Olympus")


@pytest.mark.operation(*USAGES, *LISTINGS)
@pytest.mark.parametrize(
    ("method", "options", "problem"),
    [
        ("usage", {"timeout": "x"}, "timeout is a str"),
        ("logs", {"page_size": 101}, "page_size is 101"),
        ("logs", {"model": ["m"] * 51}, "model holds 51 values"),
        ("transactions", {"page_size": True}, "page_size is True"),
        ("transactions", {"start": 7}, "start is a int"),
    ],
)
def test_arguments_are_looked_at_before_anything_is_sent(method: str, options: Any, problem: str) -> None:
    """At once, also where the sending begins with the first entry."""
    gateway = Gateway(answer({}))
    with pytest.raises(InvalidRequestError, match=problem):
        getattr(gateway.client().account, method)(**options)
    assert gateway.requests == []


@pytest.mark.operation("get_billing")
def test_an_option_that_does_not_exist_is_a_type_error() -> None:
    """As with any function."""
    options: Any = {"timeot": 1}
    with pytest.raises(TypeError, match="timeot"):
        Gateway(answer({})).client().account.balance(**options)


@pytest.mark.operation("get_billing")
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"current_balance": "x", "currency": "USD"}',
        b'{"current_balance": null, "currency": "USD"}',
        b'{"current_balance": 1, "currency": 7}',
        b'{"current_balance": true, "currency": "USD"}',
        b'{"current_balance": "Infinity", "currency": "USD"}',
        b'{"current_balance": ' + b"[" * 100_000,
    ],
)
def test_what_is_no_balance_is_a_typed_error(content: bytes) -> None:
    """Whatever a 2xx holds."""
    with pytest.raises(UnexpectedResponseError):
        Gateway(answer(content, type="application/json")).client().account.balance()


@pytest.mark.operation("get_billing", "list_transactions", "create_key", "delete_key", "list_models")
@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.account.balance(),
        lambda client: client.account.transactions().__next__(),
        lambda client: client.keys.create(),
        lambda client: client.keys.delete("prefix"),
        lambda client: client.models.list(),
    ],
)
def test_a_204_is_no_answer(call: Any) -> None:
    """Where one was promised."""
    with pytest.raises(UnexpectedResponseError, match="an empty body"):
        call(Gateway(answer(b"", 204)).client())


@pytest.mark.operation("list_logs")
def test_a_listing_that_brings_nothing_new_ends_in_an_error() -> None:
    """A server that ignores the offset would be asked for ever."""
    entry = {
        "created": "2026-09-01T00:00:00Z",
        "status": "succeeded",
        "model": "m",
        "cost": {"usd": 1, "credits": 2},
        "inference_id": "i",
    }
    page = {"data": [entry], "pagination": {"limit": 1, "offset": 0, "total": 9, "has_more": True}}
    gateway = Gateway(answer(page))
    listing = gateway.client().account.logs()
    assert next(listing).inference_id == "i"
    with pytest.raises(UnexpectedResponseError, match="nothing new"):
        next(listing)
    assert len(gateway.requests) == 11


@pytest.mark.operation("get_billing")
@pytest.mark.parametrize(
    ("query", "problem"),
    [("a=1", "is a str"), ({"a": [1]}, "is a list"), ({1: "a"}, "extra_query"), ({"a": "\ud800"}, "surrogate")],
)
def test_a_query_of_another_kind_is_refused(query: Any, problem: str) -> None:
    """Before anything is sent."""
    gateway = Gateway(answer({}))
    with pytest.raises(InvalidRequestError, match=problem):
        gateway.client().account.balance(extra_query=query)
    assert gateway.requests == []


@pytest.mark.operation("get_billing")
def test_an_error_in_a_success_is_the_error() -> None:
    """The gateway has put errors there."""
    with pytest.raises(AuthenticationError):
        Gateway(answer({"status": 401, "message": "no"})).client().account.balance()


@pytest.mark.operation("list_logs")
@pytest.mark.parametrize(
    "entry",
    [
        {"created": "2026-09-01", "status": "x", "model": "m", "cost": 7, "inference_id": "i"},
        {"created": "later", "status": "x", "model": "m", "cost": {"usd": 1, "credits": 2}, "inference_id": "i"},
        {"created": 7, "status": "x", "model": "m", "cost": {"usd": 1, "credits": 2}, "inference_id": "i"},
    ],
)
def test_an_entry_that_cannot_be_read_is_a_typed_error(entry: Any) -> None:
    """It is not left out in silence."""
    page = {"data": [entry], "pagination": {"limit": 1, "offset": 0, "total": 1, "has_more": False}}
    with pytest.raises(UnexpectedResponseError):
        next(Gateway(answer(page)).client().account.logs())


@pytest.mark.operation("list_logs")
@pytest.mark.parametrize("data", [7, "x"])
def test_a_page_that_is_none_is_a_typed_error(data: Any) -> None:
    """So is one whose place is no number."""
    pages = [
        {"data": data, "pagination": {"limit": 1, "offset": 0, "total": 1, "has_more": False}},
        {"data": [], "pagination": {"limit": 1, "offset": 0.5, "total": 1, "has_more": False}},
        {"data": [], "pagination": {"limit": 1, "offset": 0, "total": 1, "has_more": "no"}},
        {"data": [], "pagination": None},
    ]
    for page in pages:
        with pytest.raises(UnexpectedResponseError):
            next(Gateway(answer(page)).client().account.logs())


@pytest.mark.operation("get_billing")
def test_reading_is_repeated_whatever_befell_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second reading costs nothing and changes nothing."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    good = answer({"current_balance": 1, "currency": "USD"})
    for failure in (httpx.ReadTimeout("slow"), httpx.ReadError("cut"), answer({}, 500)):
        gateway = Gateway(failure, good)
        assert gateway.client().account.balance().current_balance == 1
        assert len(gateway.requests) == 2


# The asynchronous client


@pytest.mark.operation(*BALANCES, *LISTINGS, *USAGES, *KEYS)
@pytest.mark.anyio
async def test_the_asynchronous_client_does_the_same(emulator: Emulator) -> None:
    """Every method once."""
    async with AsyncAIMLAPI(api_key="manage-key", base_url=emulator.base_url, max_retries=0) as manager:
        new = await manager.keys.create(name="a")
        client = manager.with_options(api_key=new.key.reveal())
        message = await client.messages.create(model=MODEL, messages="Hi")
        assert message.cost is not None
        assert (await client.account.balance()).current_balance == 10 - message.cost.usd
        assert (await client.account.credits()).low_balance is False
        assert (await client.account.detail()).email == "someone@example.com"
        listing = client.account.transactions(page_size=1)
        assert [entry.type async for entry in listing] == ["MODEL_USAGE", "INIT"]
        assert listing.cursor is None
        assert [entry.inference_id async for entry in client.account.logs()] == [message.inference_id]
        assert (await client.account.usage()).spend == message.cost.usd
        assert (await client.account.usage_detail(group_by="model")).spend == message.cost.usd
        assert (await client.keys.current()).prefix == new.prefix
        assert len(await manager.keys.list()) == 1
        assert (await manager.keys.update(new.prefix, name="b")).name == "b"
        assert (await manager.keys.replace(new.prefix)).name is None
        assert await manager.keys.delete(new.prefix)
