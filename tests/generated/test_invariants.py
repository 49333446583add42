"""What our templates promise of the committed client, whatever document it was made from."""

from __future__ import annotations

import copy
import datetime
import inspect
import json
import os
import pickle
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest

import aimlapi_client
import aimlapi_client.models as models
from aimlapi_client import AuthenticatedClient, Client
from aimlapi_client.api.batches import get_batch
from aimlapi_client.api.keys import update_key
from aimlapi_client.api.messages import create_message
from aimlapi_client.api.models import list_models
from aimlapi_client.errors import DecodeError, UnexpectedStatus, UnreadableBody
from aimlapi_client.models import (
    Base64ImageSourceParam,
    Batch,
    BatchResult,
    BatchStatus,
    Container,
    CreateMessageParams,
    Message,
    MessageParam,
    TextBlock,
    TextBlockParam,
    UnknownContentBlock,
    UpdateKeyParams,
)
from aimlapi_client.types import UNSET, Unset

PACKAGE = Path(aimlapi_client.__file__).parent
API = sorted(
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    for path in (PACKAGE / "api").rglob("*.py")
    if path.name != "__init__.py"
)
MESSAGE: dict[str, Any] = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-5",
    "content": [{"type": "text", "text": "Hello"}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 1, "output_tokens": 2},
}
BATCH: dict[str, Any] = {
    "id": "b",
    "type": "message_batch",
    "processing_status": "in_progress",
    "request_counts": {"processing": 1, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0},
    "created_at": "2026-05-04T17:27:37Z",
    "expires_at": "2026-05-05T17:27:37.468424+00:00",
}


def run(program: str) -> str:
    """What a fresh interpreter prints."""
    path = os.pathsep.join([str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def answering(status: int, body: object) -> tuple[AuthenticatedClient, list[httpx.Request]]:
    """A client whose requests are all answered alike, and the requests that it got."""
    received: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        received.append(request)
        return httpx.Response(status, json=body)

    transport = httpx.MockTransport(answer)
    client = AuthenticatedClient(base_url="http://gateway.test", token="secret", httpx_args={"transport": transport})
    return client, received


def body() -> CreateMessageParams:
    """A request."""
    return CreateMessageParams(model="m", messages=[MessageParam(role="user", content="Hello")])


def test_size() -> None:
    """The client stays a thing that a person can find their way in."""
    files = list(PACKAGE.rglob("*.py"))
    assert len(list((PACKAGE / "models").glob("*.py"))) < 210
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files) < 22_000


def test_names_read_well() -> None:
    """No name is longer than 60 characters or ends in a number that stands for a name."""
    assert [name for name in models.__all__ if len(name) > 60] == []
    assert [name for name in models.__all__ if re.search(r"(Type|Item|Variant|Model|Option|Union)?_?\d+$", name)] == []


def test_models_are_lazy() -> None:
    """Importing the package and one operation loads only the models that the operation names."""
    program = (
        "import sys, aimlapi_client, aimlapi_client.models\n"
        "print(sum(name.startswith('aimlapi_client.models.') for name in sys.modules))\n"
        "from aimlapi_client.api.messages import create_message\n"
        "print(sum(name.startswith('aimlapi_client.models.') for name in sys.modules))\n"
    )
    before, after = map(int, run(program).split())
    assert before == 0
    assert after < 10


def test_decoding_loads_what_it_needs() -> None:
    """Decoding a message loads the models of its parts, and no other."""
    program = (
        "import sys, json\n"
        "from aimlapi_client.models import Message\n"
        f"Message.from_dict(json.loads({json.dumps(json.dumps(MESSAGE))}))\n"
        "print(*sorted(name.rpartition('.')[2] for name in sys.modules if name.startswith('aimlapi_client.models.')))\n"
    )
    assert run(program).split() == ["message", "stop_reason", "text_block", "usage"]


def test_client_stands_alone() -> None:
    """The generated package needs nothing of the hand-written one."""
    program = "import sys\n" + "".join(f"import {name}\n" for name in API)
    program += "print([name for name in sys.modules if name.startswith('aimlapi_messages')])"
    assert run(program).strip() == "[]"


@pytest.mark.parametrize("name", models.__all__)
def test_every_name_is_there(name: str) -> None:
    """Each name of the models' list can be imported, and lives where it says."""
    assert getattr(models, name) is getattr(import_module("aimlapi_client.models"), name)
    assert name in dir(models)


def test_unknown_model_name() -> None:
    """A name that is no model is an attribute error that says so."""
    with pytest.raises(AttributeError, match="NoSuchModel"):
        _ = models.NoSuchModel


@pytest.mark.parametrize(
    "change",
    [
        {"content": [{"type": "hologram", "data": [1, {"x": None}]}]},
        {"model": "claude-opus-99"},
        {"stop_reason": "bored"},
        {"stop_reason": None},
        {"future_field": {"deep": [1, 2]}},
        {"usage": {"input_tokens": 1, "output_tokens": 2, "service_tier": "warp", "new": 1}},
        {"content": [{"type": "text", "text": "a", "citations": [{"type": "new", "cited_text": "b", "x": 1}]}]},
        {"content": [{"no_type_at_all": True}]},
        {"content": ["a bare text"]},
        {"content": "not even a list"},
        {"usage": None},
    ],
)
def test_news_round_trips(change: dict[str, Any]) -> None:
    """What this client does not know is kept and written back, wherever it stands."""
    data = {**MESSAGE, **change}
    assert Message.from_dict(data).to_dict() == data


def test_unknown_block_keeps_its_data() -> None:
    """An unknown block is told by its class and holds everything that came."""
    block = Message.from_dict({**MESSAGE, "content": [{"type": "hologram", "data": 1}]}).content[0]
    assert isinstance(block, UnknownContentBlock)
    assert (block.type, block["data"], "data" in block) == ("hologram", 1, True)


@pytest.mark.parametrize(
    ("block", "kind", "missing"),
    [
        ({"type": "text"}, "TextBlock", ["text"]),
        ({"type": "thinking", "thinking": "a"}, "ThinkingBlock", ["signature"]),
        ({"type": "thinking"}, "ThinkingBlock", ["thinking", "signature"]),
        ({"type": "redacted_thinking", "future": None}, "RedactedThinkingBlock", ["data"]),
        ({"type": "tool_use", "id": "a", "name": "f"}, "ToolUseBlock", ["input"]),
        ({"type": "tool_use", "id": None, "caller": {}}, "ToolUseBlock", ["id", "name", "input"]),
        ({"type": "server_tool_use", "input": None}, "ServerToolUseBlock", ["id", "name", "input"]),
        (
            {"type": "web_search_tool_result", "content": [{"type": "web_search_result"}]},
            "WebSearchToolResultBlock",
            ["tool_use_id"],
        ),
        ({"type": "text", "text": "a", "citations": [{"type": "char_location"}]}, "TextBlock", []),
    ],
)
def test_known_block_without_a_field(block: dict[str, Any], kind: str, missing: list[str]) -> None:
    """It is of its class, what it lacks is None, and it is written as it came."""
    data = {**MESSAGE, "content": [block]}
    message = Message.from_dict(data)
    (made,) = message.content
    assert type(made).__name__ == kind
    assert [getattr(made, name) for name in missing] == [None] * len(missing)
    assert message.to_dict() == data
    assert pickle.loads(pickle.dumps(message)).to_dict() == copy.deepcopy(message).to_dict() == data
    assert json.loads(message.to_json()) == data


@pytest.mark.parametrize(
    "text", ["a\ud800b", "\udfff", "\ud83d", "\\\ud83d\"", "\udc00\ud800", "\u20ac \U0001f600", "\x00\x1b\x9b\u202e"]
)
def test_json_text_has_bytes(text: str) -> None:
    """Half of a surrogate pair, which a server may send as an escape, is one again; all else is as it came."""
    data = {**MESSAGE, "content": [{"type": "text", "text": text, text: [text]}], text: text}
    message = Message.from_dict(data)
    for indent in (None, 2):
        assert json.loads(message.to_json(indent=indent).encode()) == data


def test_missing_field() -> None:
    """A model that lacks a field says which model and which field."""
    with pytest.raises(DecodeError, match="Message lacks the field 'id'") as caught:
        Message.from_dict({name: value for name, value in MESSAGE.items() if name != "id"})
    assert pickle.loads(pickle.dumps(caught.value)).field == "id"


def test_input_is_not_changed() -> None:
    """Decoding leaves its argument as it was."""
    data = copy.deepcopy(MESSAGE)
    Message.from_dict(data)
    assert data == MESSAGE


def test_extra_fields_by_name() -> None:
    """Unknown fields are reached, set and removed by name."""
    message = Message.from_dict({**MESSAGE, "extra": 1})
    message["other"] = 2
    del message["extra"]
    assert message.additional_properties == {"other": 2}


def test_dates_are_aware_and_keep_their_text() -> None:
    """A date is an aware datetime, and is written as it was read."""
    batch = Batch.from_dict(BATCH)
    assert batch.created_at == datetime.datetime(2026, 5, 4, 17, 27, 37, tzinfo=datetime.UTC)
    assert batch.to_dict() == BATCH


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_copies_write_the_same(duplicate: Any) -> None:
    """A copied or pickled model equals the first, and is written as it was read."""
    batch = duplicate(Batch.from_dict(BATCH))
    assert batch == Batch.from_dict(BATCH)
    assert batch.to_dict() == BATCH


def test_unreadable_date_is_kept() -> None:
    """A date in a form that nobody knows is kept as its text."""
    data = {"id": "c", "expires_at": "soon"}
    assert Container.from_dict(data).to_dict() == data


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_unset_is_one(duplicate: Any) -> None:
    """There is one UNSET, false and the same in every copy."""
    assert duplicate(UNSET) is UNSET
    assert not UNSET
    assert (repr(UNSET), isinstance(UNSET, Unset)) == ("UNSET", True)


def test_absent_is_not_null() -> None:
    """A field that was not given is not sent, one that is null is."""
    assert body().to_dict() == {"model": "m", "messages": [{"role": "user", "content": "Hello"}]}
    assert TextBlock.from_dict({"type": "text", "text": "a", "citations": None}).to_dict()["citations"] is None


def test_tags_need_not_be_given() -> None:
    """A variant knows its own tag."""
    assert TextBlockParam(text="Hello").to_dict() == {"type": "text", "text": "Hello"}


def test_plain_dicts_inside_models() -> None:
    """Plain dicts and lists may stand wherever a model may."""
    content: Any = [{"type": "text", "text": "a"}, TextBlockParam(text="b")]
    expected = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    assert MessageParam(role="user", content=content).to_dict()["content"] == expected
    assert MessageParam(role="user", content=tuple(content)).to_dict()["content"] == expected


def test_models_inside_plain_dicts() -> None:
    """Models may stand inside plain dicts."""
    source = Base64ImageSourceParam(media_type="image/png", data="aGk=")
    content: Any = [{"type": "image", "source": source}]
    sent = MessageParam(role="user", content=content).to_dict()["content"]
    assert sent == [{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGk="}}]


@pytest.mark.parametrize("status", [200, 201, 202])
def test_every_success_is_parsed(status: int) -> None:
    """Any 2xx is a success, whatever the document says."""
    client, received = answering(status, MESSAGE)
    with client:
        message = create_message.sync(client=client, body=body())
    assert isinstance(message, Message)
    assert json.loads(received[0].content) == body().to_dict()
    assert received[0].headers["authorization"] == "Bearer secret"


@pytest.mark.parametrize("status", [299, 529, 599])
def test_any_status_is_a_number(status: int) -> None:
    """A status that has no name, such as the gateway's 529, is a number like any other."""
    client, _ = answering(status, MESSAGE)
    with client:
        assert create_message.sync_detailed(client=client, body=body()).status_code == status


@pytest.mark.parametrize(
    "content",
    [
        b"<html>Log in</html>",
        b"",
        b'{"id": "msg_1"',
        b'{"type": "error", "error": {"type": "api_error", "message": "no"}}',
        b"[]",
        b"null",
        b'data: {"type": "ping"}\n\n',
    ],
)
def test_success_that_is_none(content: bytes) -> None:
    """A success whose body is no message is an error with that body, never a message."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=content))
    client = AuthenticatedClient(base_url="http://gateway.test", token="secret", httpx_args={"transport": transport})
    with client, pytest.raises(UnreadableBody, match="status 200") as caught:
        create_message.sync(client=client, body=body())
    assert pickle.loads(pickle.dumps(caught.value)).content == content


def test_no_content() -> None:
    """A 204 is not the answer that the document promises."""
    transport = httpx.MockTransport(lambda _: httpx.Response(204))
    with Client(base_url="http://gateway.test", httpx_args={"transport": transport}) as client:
        with pytest.raises(UnreadableBody, match="an empty body"):
            list_models.sync(client=client)


RESULT = {"custom_id": "a", "result": {"type": "succeeded", "message": MESSAGE}}
FAILED = {
    "custom_id": "b",
    "result": {"type": "errored", "error": {"type": "error", "error": {"type": "t", "message": "m"}}},
}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (json.dumps(BATCH), Batch.from_dict(BATCH)),
        (json.dumps({"id": "b", "status": "generating"}), BatchStatus(id="b", status="generating")),
        (json.dumps(RESULT), [BatchResult.from_dict(RESULT)]),
        (
            f"{json.dumps(RESULT)}\n{json.dumps(FAILED)}\n",
            [BatchResult.from_dict(RESULT), BatchResult.from_dict(FAILED)],
        ),
    ],
)
def test_batch_is_told_by_its_content(content: str, expected: object) -> None:
    """One operation gives a batch's state or its results, and the content says which."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, text=content))
    client = AuthenticatedClient(base_url="http://gateway.test", token="secret", httpx_args={"transport": transport})
    with client:
        assert get_batch.sync(client=client, batch_id="b") == expected


def test_failure_is_not_parsed() -> None:
    """A failure has no parsed body, and its bytes are there to read."""
    client, _ = answering(500, {"message": "sorry"})
    with client:
        response = create_message.sync_detailed(client=client, body=body())
    assert (response.parsed, response.status_code, b"sorry" in response.content) == (None, 500, True)


def test_failure_can_raise() -> None:
    """A client that is set to raise does, with the status and the bytes; the error pickles."""
    client, _ = answering(404, {"message": "no"})
    client.raise_on_unexpected_status = True
    with client, pytest.raises(UnexpectedStatus, match="404") as caught:
        create_message.sync(client=client, body=body())
    assert pickle.loads(pickle.dumps(caught.value)).status_code == 404


@pytest.mark.anyio
async def test_async_is_the_same() -> None:
    """The async function sends and reads what the sync one does."""
    client, received = answering(200, MESSAGE)
    async with client:
        message = await create_message.asyncio(client=client, body=body())
    assert isinstance(message, Message)
    assert json.loads(received[0].content) == body().to_dict()


@pytest.mark.anyio
async def test_own_http_clients() -> None:
    """A client uses the httpx clients that it is given, with their own settings."""
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={**MESSAGE, "id": str(request.url)}))
    client = AuthenticatedClient(base_url="http://ignored.test", token="secret")
    with httpx.Client(base_url="http://own.test", transport=transport) as own:
        first = create_message.sync(client=client.set_httpx_client(own), body=body())
    async with httpx.AsyncClient(base_url="http://own.test", transport=transport) as own_async:
        second = await create_message.asyncio(client=client.set_async_httpx_client(own_async), body=body())
    assert first == second == Message.from_dict({**MESSAGE, "id": "http://own.test/v1/messages"})


def test_query_and_path() -> None:
    """Query parameters that are not given are left out, and path parameters are quoted."""
    client, received = answering(200, {"object": "list", "data": []})
    with client:
        list_models.sync(client=client, id="a b", tags=None)
        with pytest.raises(UnreadableBody, match="data"):
            update_key.sync(prefix="a/b", client=client, body=UpdateKeyParams(name="n"))
    assert [str(request.url) for request in received] == [
        "http://gateway.test/v1/models?id=a%20b",
        "http://gateway.test/v1/keys/a%2Fb",
    ]


@pytest.mark.parametrize("name", API)
def test_sync_and_async_are_alike(name: str) -> None:
    """Each operation has a sync and an async form with one signature."""
    module = import_module(name)
    for sync, asynchronous in (("sync_detailed", "asyncio_detailed"), ("sync", "asyncio")):
        signatures = [inspect.signature(getattr(module, each)) for each in (sync, asynchronous)]
        assert signatures[0] == signatures[1]


def test_no_secret_in_repr() -> None:
    """Neither a key nor a header shows in a repr."""
    client = AuthenticatedClient(base_url="http://gateway.test", token="secret-token", headers={"x": "secret-header"})
    client.get_httpx_client().close()
    assert "secret" not in repr(client)
    assert "secret" not in repr(Client(base_url="http://gateway.test", cookies={"c": "secret"}))


@pytest.mark.parametrize("leak", [pickle.dumps, copy.copy, copy.deepcopy])
def test_key_is_not_carried_off(leak: Any) -> None:
    """A client that holds a key is neither pickled nor copied."""
    with pytest.raises(TypeError, match="holds a key"):
        leak(AuthenticatedClient(base_url="http://gateway.test", token="secret"))


def test_settings_are_copied() -> None:
    """A client with other settings is a new one, and the first stays as it was."""
    client = Client(base_url="http://gateway.test", headers={"a": "1"})
    changed = client.with_headers({"b": "2"}).with_cookies({"c": "3"}).with_timeout(httpx.Timeout(5.0))
    with changed:
        sent = changed.get_httpx_client()
        assert (sent.headers["a"], sent.headers["b"], sent.cookies["c"], sent.timeout.read) == ("1", "2", "3", 5.0)
    with client:
        assert "b" not in client.get_httpx_client().headers


def test_the_package_itself_imports_nothing_until_it_is_used() -> None:
    """Whoever wants only the models pays for no HTTP client."""
    code = (
        "import sys, aimlapi_client; from aimlapi_client.models import TextBlock; assert 'httpx' not in sys.modules; "
        "assert {'AuthenticatedClient', 'Client', '__file__'} <= set(dir(aimlapi_client)); "
        "assert aimlapi_client.client.Client is aimlapi_client.Client; print('httpx' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("True\n", "")
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        _ = aimlapi_client.Nonsense
