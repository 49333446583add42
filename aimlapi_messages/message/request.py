"""From the arguments of `messages.create(...)` to the bytes of one request. Pure: nothing is sent.

`None` and "not given" are the same thing on the way out: the member is left away, because the gateway refuses
explicit nulls. Nulls inside a tool's input or a JSON schema are the user's data and stay.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Any, Final, cast

from aimlapi_client.operation import RequestOptions
from aimlapi_client.types import Unset

from ..core.arguments import NotGiven, dump_model
from ..core.errors import InvalidRequestError
from ..core.json import is_array
from .message import Message, kept_blocks, sent_blocks, without_repeats

# The model of every example, in code and texts, and the default of the command.
EXAMPLE_MODEL: Final = "anthropic/claude-sonnet-5"

DEFAULT_MAX_TOKENS: Final = 4096
DEFAULT_OUTPUT_RETRIES: Final = 2

# Members whose content stays as it is down to the last null: data of the user, or nulls that the API demands.
_VERBATIM: Final = frozenset({"citations", "input", "input_examples", "input_schema", "parameters", "schema"})

# What becomes a JSON array. Sets have no order, and the rest (bytes, paths, tables) means something else.
_ARRAYS: Final = (list, tuple, Iterator)

_LONGEST_INT: Final = 14_000  # bits; Python writes no more digits than those of a few more

# Options that are lists of something; a single one is a mistake that the gateway explains badly.
_LISTS: Final = ("tools", "stop_sequences")

# The options of a message's request that are not members of its body.
_OWN_OPTIONS: Final = RequestOptions.__annotations__.keys() | {
    "extra_body",
    "idle_timeout",
    "client_request_id",
    "betas",
}

# Names that people try, of other methods or clients, and where to say it.
_ELSEWHERE: Final = {
    "api_key base_url budget_usd default_headers http_client on_attempt on_call retry_timeouts transport": (
        "Give it to the client."
    ),
    "warn_deprecated": "Give it to the client.",
    "after_call before_call max_argument_errors max_iterations on_tool_error show_errors tool_timeout": (
        "Give it to messages.tool_runner(...)."
    ),
    "output output_retries": "Give it to messages.parse(...) or messages.stream_output(...).",
    "output_format output_type response_format response_model": (
        "For a value of a type, call messages.parse(..., output=...)."
    ),
    "stream": "Call messages.create(..., stream=True), or tool_runner(..., stream=True).",
    "headers": "Did you mean 'extra_headers'?",
    "params query": "Did you mean 'extra_query'? Members of the body go into extra_body.",
    "beta": "Did you mean 'betas'?",
    "max_completion_tokens max_output_tokens max_tokens_to_sample": "Did you mean 'max_tokens'?",
    "prompt": "Did you mean 'messages'? It may be a string.",
    "stop": "Did you mean 'stop_sequences'?",
    "functions": "Did you mean 'tools'?",
}

# The members of the body that the methods name themselves.
NAMED: Final = frozenset({"model", "messages", "max_tokens", "stream"})


@cache
def body_options() -> tuple[str, ...]:
    """The members of a message's request that are options of its method, as the document names them."""
    from aimlapi_client.api.messages.create_message import MEMBERS  # noqa: PLC0415 (a document may lack it)

    return tuple([name for name in MEMBERS if name not in NAMED])


def message_body(
    *,
    model: object,
    messages: object,
    max_tokens: int | None,
    stream: bool,
    options: Mapping[str, Any],
) -> dict[str, Any]:
    """The body of a message's request, the same for a single one and for one of a batch.

    Raises InvalidRequestError for what cannot be sent.
    """
    if not model:
        raise InvalidRequestError(f"model is empty. Give a model's id, such as {EXAMPLE_MODEL!r}.")
    if not isinstance(max_tokens, int):
        max_tokens = DEFAULT_MAX_TOKENS if is_absent(max_tokens) else to_plain(max_tokens, "max_tokens")
    body: dict[str, Any] = {
        "model": model if isinstance(model, str) else to_plain(model, "model"),
        "max_tokens": max_tokens,
        "messages": sendable(message_list(messages)),
    }
    for name in body_options() if options else ():
        value = options.get(name)
        if name == "stop_sequences" and isinstance(value, (set, frozenset)):  # whose order says nothing
            value = sorted(cast("set[object]", value), key=str)
        if not is_absent(value):
            body[name] = to_plain(value, name)
    for name in _LISTS:
        if not isinstance(body.get(name, []), list):
            raise InvalidRequestError(f"{name} is a {type(options.get(name)).__name__}. Give a list, also of one.")
    if stream:
        body["stream"] = True
    extra = options.get("extra_body")
    if not extra:
        return body
    if not isinstance(extra, Mapping):
        raise InvalidRequestError(f"extra_body is a {type(extra).__name__}. Give an object, such as a dict.")
    given = {name: None if is_absent(value) else value for name, value in cast("Mapping[object, Any]", extra).items()}
    body |= to_plain(given, "extra_body", keep_nulls=True)
    return {name: value for name, value in body.items() if value is not None}


def check_names(options: Mapping[str, object], members: Iterable[str]) -> None:
    """Refuse an option that is neither ours nor one of the members of the body. Raises TypeError."""
    known = _OWN_OPTIONS.union(members)
    unknown = sorted(options.keys() - known)
    if not unknown:
        return
    for names, advice in _ELSEWHERE.items():
        if unknown[0] in names.split():
            raise TypeError(f"unexpected argument {unknown[0]!r}. {advice}")
    from difflib import get_close_matches  # noqa: PLC0415 (for a mistake only)

    meant = "".join(f" Did you mean {name!r}?" for name in get_close_matches(unknown[0], known, n=1))
    raise TypeError(f"unexpected argument {unknown[0]!r}.{meant} Other members of the body go into extra_body.")


def message_list(messages: object, first: int = 0) -> list[Any]:
    """The messages of a request in plain JSON types. `first` is the index of the first one, for errors."""
    if isinstance(messages, str):
        return [{"role": "user", "content": messages}]
    if not isinstance(messages, _ARRAYS):
        raise InvalidRequestError(f"messages is a {type(messages).__name__}. Give a string, or a list of messages.")
    items = enumerate(cast("Iterable[object]", messages), first)
    return [_message(item, f"messages[{index}]") for index, item in items]


def sendable(messages: list[Any]) -> list[Any]:
    """The messages of a conversation as they are sent: what came of an incomplete call stays behind, and so does a
    model's turn that says nothing. The API takes such a turn as the last one only."""
    sent: list[Any] = []
    for message in messages:
        if sent and sent[-1].get("role") == "assistant" and sent[-1].get("content") == []:
            sent.pop()
        content = message.get("content")
        if message.get("role") == "assistant" and isinstance(content, list):
            message = {**message, "content": sent_blocks(cast("list[object]", content))}
        sent.append(message)
    return sent


def _message(item: object, path: str) -> Any:
    to_param = getattr(item, "to_param", None)  # of an answer that is given back
    if isinstance(item, Message):
        item = {"role": "assistant", "content": item.content}
    elif callable(to_param):
        item = to_param()
    plain = to_plain(item, path)
    if not isinstance(plain, dict):
        raise InvalidRequestError(
            f"{path} is a {type(item).__name__}. Give a message, such as {{'role': 'user', 'content': 'Hi'}}."
        )
    message = cast("dict[str, Any]", plain)
    if is_array(content := message.get("content")):
        change = kept_blocks if message.get("role") == "assistant" else without_repeats
        message["content"] = change(content)
    return message


def is_absent(value: object) -> bool:
    return value is None or isinstance(value, (NotGiven, Unset))


def to_plain(value: object, path: str, *, keep_nulls: bool = False) -> Any:
    """The value in plain JSON kinds, without absent members. InvalidRequestError names the culprit."""
    try:
        return _convert(value, path, keep_nulls)
    except RecursionError:
        raise InvalidRequestError(f"{path} is nested too deeply, or contains itself.") from None


def _convert(value: object, path: str, keep_nulls: bool) -> Any:
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        if value.bit_length() > _LONGEST_INT:
            raise InvalidRequestError(f"{path} is a number with thousands of digits, which JSON cannot carry.")
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InvalidRequestError(f"{path} is {value}, which JSON has no form for.")
        return value
    if not isinstance(value, (dict, list)):
        value = dump_model(value)
        if hasattr(value, "read"):  # an open file, whose lines are no list
            raise _no_form(value, path)
    if isinstance(value, Mapping):
        result: dict[str, Any] = {}
        is_file = cast("Mapping[object, object]", value).get("type") == "base64" and not keep_nulls
        for name, member in cast("Mapping[object, object]", value).items():
            if not isinstance(name, str):
                name = _key(name, path, keep_nulls)
                if name in value or name in result:
                    raise InvalidRequestError(f"{path} has two keys that JSON writes as {name[:40]!r}. Give one.")
            if isinstance(member, (NotGiven, Unset)) or (member is None and not keep_nulls):
                continue
            if isinstance(member, str):  # as most members are
                result[name] = member
            elif is_file and name == "data":
                result[name] = _file(member, f"{path}.data")
            else:
                result[name] = _convert(member, f"{path}.{name}", keep_nulls or name in _VERBATIM)
        return result
    if not isinstance(value, _ARRAYS):
        if keep_nulls and not is_absent(value):
            with suppress(TypeError):
                return _convert(_json_of(value), path, keep_nulls)
        raise _no_form(value, path)
    items = enumerate(cast("Iterable[object]", value))
    return [_convert(item, f"{path}[{index}]", keep_nulls) for index, item in items]


def _no_form(value: object, path: str) -> InvalidRequestError:
    kind = type(value).__name__
    return InvalidRequestError(f"{path} is a {kind}, which JSON has no form for. Convert it first.")


def _json_of(value: object) -> Any:
    """A part of a user's own data, such as a date, in the form that arguments of tools have."""
    from ..schema.codec import to_json  # noqa: PLC0415 (loads what reads annotations)

    return to_json(value, as_argument=True)


def _key(name: object, path: str, is_data: bool) -> str:
    """A key that is no text, as `json` writes it, in a user's own data."""
    if is_data and not hasattr(name, "__iter__"):
        with suppress(TypeError):
            plain = _json_of(name)
            return plain if isinstance(plain, str) else json.dumps(plain)
    raise InvalidRequestError(f"{path} has the key {repr(name)[:40]}. JSON's keys are strings.")


def _file(member: object, path: str) -> str:
    """The base64 of a file that stands itself where its base64 is wanted."""
    from ..content.sources import base64_of  # noqa: PLC0415 (for files only)

    return base64_of(member, path)
