"""From the requests of a batch to the bytes that hand it in. Pure: every request is checked before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

from ..core import json as _json
from ..core.arguments import SupportsToDict
from ..core.errors import AIMLAPIError, InvalidRequestError
from ..message.request import DEFAULT_MAX_TOKENS, body_options, is_absent, message_body, to_plain
from .functions import with_tool_params

if TYPE_CHECKING:
    pass

MOST_REQUESTS: Final = 100_000
MOST_BYTES: Final = 256_000_000


# What a request of a batch holds beside the options of `messages.create`.
_PARAMS: Final = frozenset({"model", "messages", "max_tokens", "stream", "extra_body"})


def batch_body(requests: object, options: Mapping[str, object] | None = None) -> tuple[bytes, tuple[str, ...]]:
    """The body that creates a batch, and the models that it names. `requests` is read once, and may be a generator.

    options: the other members of the body.

    Raises InvalidRequestError, which names the request that cannot be sent.
    """
    kind = type(requests).__name__
    if isinstance(requests, (str, bytes, Mapping)) or not isinstance(requests, Iterable):
        raise InvalidRequestError(f"requests is a {kind}. Give a list or generator of requests.")
    body, names, models = bytearray(b'{"requests":['), set[str](), dict[str, None]()
    for index, item in enumerate(cast("Iterable[object]", requests)):
        if index == MOST_REQUESTS:
            raise InvalidRequestError(f"There are more than {MOST_REQUESTS:,} requests. Hand in several batches.")
        request = _request(item, index, names)
        name = request["custom_id"]
        names.add(name)
        models[str(request["params"]["model"])] = None
        body += b"," if index else b""
        body += _json.dumps(request)
        if len(body) > MOST_BYTES:
            raise InvalidRequestError(
                f"The batch passes 256 MB with requests[{index}] ({name!r}). Hand in several batches."
            )
    if not names:
        raise InvalidRequestError("There are no requests. A batch has 1 to 100,000.")
    body += b"]"
    for name, value in (options or {}).items():
        if not is_absent(value):
            body += b"," + _json.dumps({name: to_plain(value, name)})[1:-1]
    return bytes(body + b"}"), tuple(models)


def _request(item: object, index: int, names: set[str]) -> dict[str, Any]:
    place = f"requests[{index}]"
    members = _members(item, place)
    name, params = members.get("custom_id"), members.get("params")
    if not isinstance(name, str) or not name.strip():
        raise InvalidRequestError(f"{place} has no custom_id. Give text that no other request of the batch has.")
    if name in names:
        raise InvalidRequestError(f"{place} has the custom_id {name!r}, as an earlier request has. Give each its own.")
    place = f"{place} ({name!r})"
    more = members.keys() - {"custom_id", "params"}
    unknown = sorted(more - _documented("BatchRequestParam")) if more else []
    if unknown:
        raise InvalidRequestError(f"{place} has a member {unknown[0]!r} beside custom_id and params.")
    others = {key: to_plain(members[key], f"{place}.{key}") for key in sorted(more)}
    return {"custom_id": name, "params": _params(_members(params, f"requests[{index}].params"), place), **others}


def _params(params: Mapping[str, Any], place: str) -> dict[str, Any]:
    more = params.keys() - _PARAMS.union(body_options())
    unknown = sorted(more - _documented("BatchMessageParams")) if more else []
    if unknown:
        raise InvalidRequestError(
            f"{place}: params has no member {unknown[0]!r}. Other members of the body go into extra_body."
        )
    if params.get("stream"):
        raise InvalidRequestError(f"{place}: stream is set, and the answers of a batch are never streamed.")
    if "messages" not in params:
        raise InvalidRequestError(f"{place}: messages is missing. Give a string, or a list of messages.")
    left_out = {"model", "messages", "max_tokens", "stream", *more}
    options = {name: value for name, value in params.items() if name not in left_out}
    if more:  # what the document has in batches alone
        options["extra_body"] = {**{name: params[name] for name in more}, **(options.get("extra_body") or {})}
    try:
        return message_body(
            model=params.get("model", ""),
            messages=params["messages"],
            max_tokens=params.get("max_tokens", DEFAULT_MAX_TOKENS),
            stream=False,
            options=with_tool_params(options),
        )
    except AIMLAPIError as error:  # what cannot be sent, or a tool that cannot be one
        raise InvalidRequestError(f"{place}: {error}") from error


@cache
def _documented(shape: str) -> frozenset[str]:
    """The members of a shape of requests, where the document has it."""
    from aimlapi_client import params  # noqa: PLC0415 (slow, and needed for what is rare)

    return frozenset(getattr(getattr(params, shape, None), "__annotations__", ()))


def _members(value: object, place: str) -> Mapping[str, Any]:
    plain = value.to_dict() if isinstance(value, SupportsToDict) and not isinstance(value, Mapping) else value
    if not isinstance(plain, Mapping):
        raise InvalidRequestError(f"{place} is a {type(value).__name__}. Give an object, such as a dict.")
    return cast("Mapping[str, Any]", plain)
