"""`client.keys`: the life of a key, and that it is shown nowhere."""

from __future__ import annotations

import json
import logging
import pickle
from decimal import Decimal
from typing import Any

import pytest

from aimlapi_client.models import KeyLimit
from aimlapi_messages import (
    AIMLAPI,
    AuthenticationError,
    InvalidRequestError,
    NotFoundError,
    OutOfCreditError,
    PermissionDeniedError,
    UnexpectedResponseError,
)
from aimlapi_messages.testing import Emulator

from ..support.callers import say
from ..support.wire import Gateway, answer

KEYS = ("get_current_key", "list_keys", "create_key", "update_key", "replace_key", "delete_key")


@pytest.mark.operation(*KEYS)
def test_the_life_of_a_key(emulator: Emulator, client: AIMLAPI, manager: AIMLAPI) -> None:
    """Made, used, limited, disabled and deleted; each is kept to."""
    half = KeyLimit(threshold=Decimal("0.5"), retention="day")
    new = manager.keys.create(name="ci", limit=half, scopes=["model:chat"])
    assert new.prefix == new.key.reveal()[:8]
    assert (new.limit, new.scopes, new.name) == (half, ["model:chat"], "ci")
    user = client.with_options(api_key=new.key.reveal())
    cost = say(user).cost
    assert cost is not None
    assert user.keys.current().monthly_usage == cost.usd
    assert [key.prefix for key in manager.keys.list()] == [new.prefix]
    tight = manager.keys.update(new.prefix, limit={"threshold": float(cost.usd), "retention": "no_reset"})
    assert (tight.limit, tight.name) == (KeyLimit(threshold=cost.usd, retention="no_reset"), "ci")
    with pytest.raises(OutOfCreditError, match="limit"):
        say(user)
    manager.keys.replace(new.prefix, scopes=["model:image"])
    with pytest.raises(PermissionDeniedError, match="model:chat"):
        say(user)
    changed = manager.keys.replace(new.prefix)
    assert (changed.limit, changed.scopes, changed.name) == (None, None, None)
    assert say(user).text
    assert manager.keys.update(new.prefix, disabled=True).disabled
    with pytest.raises(AuthenticationError):
        say(user)
    assert manager.keys.delete(new.prefix)
    with pytest.raises(NotFoundError):
        manager.keys.delete(new.prefix)
    with pytest.raises(AuthenticationError):
        say(user)


@pytest.mark.operation("get_current_key")
def test_a_key_nobody_made_is_shown_as_it_is(client: AIMLAPI) -> None:
    """Any key will do for the emulator."""
    key = client.keys.current()
    assert (key.prefix, key.limit, key.scopes, key.disabled) == ("test-key", None, None, False)


@pytest.mark.operation(*KEYS)
def test_keys_need_a_management_key(client: AIMLAPI) -> None:
    """For all but the current one."""
    for call in (client.keys.list, client.keys.create, lambda: client.keys.delete("x")):
        with pytest.raises(PermissionDeniedError):
            call()


@pytest.mark.operation("create_key")
def test_a_new_key_shows_itself_nowhere(manager: AIMLAPI, caplog: pytest.LogCaptureFixture) -> None:
    """Not in a repr, a log line, a pickle or an attempt."""
    caplog.set_level(logging.DEBUG)
    seen: list[Any] = []
    new = manager.with_options(on_attempt=seen.append).keys.create()
    secret = new.key.reveal()
    assert secret not in f"{new!r} {new} {new.key} {seen!r} {caplog.text}"
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(new)
    assert new.to_dict()["key"] == secret


@pytest.mark.operation("create_key")
@pytest.mark.parametrize("change", [{"prefix": 7}, {"created_at": "x"}, {"key": 7, "name": "s3cret-value"}])
def test_a_new_key_that_cannot_be_read_is_not_shown(change: dict[str, Any]) -> None:
    """The error says that it cannot be read, and no more."""
    data = {"key": "s3cret-value", "prefix": "s3cret-v", "disabled": False, "created_at": "2026-09-01T00:00:00Z"}
    for content in (json.dumps({"data": {**data, **change}}).encode(), b'{"data": {"key": "s3cret-value"'):
        with pytest.raises(UnexpectedResponseError) as caught:
            Gateway(answer(content, type="application/json")).client().keys.create()
        assert "s3cret-value" not in f"{caught.value} {caught.value.body} {caught.value.__cause__!r}"


@pytest.mark.operation(*KEYS)
@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda keys: keys.update("", name="x"), "prefix is ''"),
        (lambda keys: keys.delete(".."), "prefix is '..'"),
    ],
)
def test_arguments_of_keys(call: Any, problem: str) -> None:
    """They are looked at before anything is sent."""
    gateway = Gateway(answer({}))
    with pytest.raises(InvalidRequestError, match=problem):
        call(gateway.client().keys)
    assert gateway.requests == []
