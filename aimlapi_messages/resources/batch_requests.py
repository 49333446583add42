"""From the requests of a batch to the bytes that hand it in. Pure: every request is checked before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias, TypedDict, cast

from ..core import json as _json
from ..core.errors import AIMLAPIError, InvalidRequestError
from ..core.types import SupportsToDict
from ..message.request import BODY_OPTIONS, DEFAULT_MAX_TOKENS, CreateOptions, JsonObject, MessagesInput, message_body

__all__ = ["BatchParams", "BatchRequest", "batch_body"]

MOST_REQUESTS: Final = 100_000
MOST_BYTES: Final = 256_000_000


_PARAMS: Final = frozenset({"model", "messages", "max_tokens", "stream", "extra_body", *BODY_OPTIONS})


class _NeededParams(TypedDict):
    model: str
    messages: MessagesInput


class BatchParams(_NeededParams, total=False):
    """One message of a batch: what `messages.create` takes, as far as it is about the message."""

    max_tokens: int
    system: Any
    tools: Any
    tool_choice: Any
    thinking: Any
    temperature: float | None
    top_p: float | None
    top_k: int | None
    stop_sequences: Any
    metadata: Mapping[str, str] | None
    extra_body: Mapping[str, Any] | None


class BatchRequest(TypedDict):
    """One request of a batch. `custom_id` is your name for it: not empty, and no other's in the batch."""

    custom_id: str
    params: BatchParams


RequestsInput: TypeAlias = Iterable[BatchRequest | JsonObject]


def batch_body(requests: object) -> tuple[bytes, tuple[str, ...]]:
    """The body that hands in a batch, and the models that it names. `requests` is read once, and may be a generator.

    Raises InvalidRequestError, which names the request that cannot be sent.
    """
    kind = type(requests).__name__
    if isinstance(requests, (str, bytes, Mapping)) or not isinstance(requests, Iterable):
        raise InvalidRequestError(f"requests is a {kind}. Give a list or generator of requests.")
    body, names, models = bytearray(b'{"requests":['), set[str](), dict[str, None]()
    for index, item in enumerate(cast("Iterable[object]", requests)):
        if index == MOST_REQUESTS:
            raise InvalidRequestError(f"There are more than {MOST_REQUESTS:,} requests. Hand in several batches.")
        name, params = _request(item, index, names)
        names.add(name)
        models[str(params["model"])] = None
        body += b"," if index else b""
        body += _json.dumps({"custom_id": name, "params": params})
        if len(body) > MOST_BYTES:
            raise InvalidRequestError(
                f"The batch passes 256 MB with requests[{index}] ({name!r}). Hand in several batches."
            )
    if not names:
        raise InvalidRequestError("There are no requests. A batch has 1 to 100,000.")
    return bytes(body + b"]}"), tuple(models)


def _request(item: object, index: int, names: set[str]) -> tuple[str, dict[str, Any]]:
    place = f"requests[{index}]"
    members = _members(item, place)
    name, params = members.get("custom_id"), members.get("params")
    if not isinstance(name, str) or not name.strip():
        raise InvalidRequestError(f"{place} has no custom_id. Give text that no other request of the batch has.")
    if name in names:
        raise InvalidRequestError(f"{place} has the custom_id {name!r}, as an earlier request has. Give each its own.")
    unknown = sorted(members.keys() - {"custom_id", "params"})
    if unknown:
        raise InvalidRequestError(f"{place} ({name!r}) has a member {unknown[0]!r} beside custom_id and params.")
    return name, _params(_members(params, f"{place}.params"), f"{place} ({name!r})")


def _params(params: Mapping[str, Any], place: str) -> dict[str, Any]:
    unknown = sorted(params.keys() - _PARAMS)
    if unknown:
        raise InvalidRequestError(
            f"{place}: params has no member {unknown[0]!r}. Other members of the body go into extra_body."
        )
    if params.get("stream"):
        raise InvalidRequestError(f"{place}: stream is set, and the answers of a batch are never streamed.")
    if "messages" not in params:
        raise InvalidRequestError(f"{place}: messages is missing. Give a string, or a list of messages.")
    needed = {"model", "messages", "max_tokens", "stream"}
    options = cast("CreateOptions", {name: value for name, value in params.items() if name not in needed})
    try:
        return message_body(
            model=params.get("model", ""),
            messages=params["messages"],
            max_tokens=params.get("max_tokens", DEFAULT_MAX_TOKENS),
            stream=False,
            options=options,
        )
    except AIMLAPIError as error:  # what cannot be sent, or a tool that cannot be one
        raise InvalidRequestError(f"{place}: {error}") from error


def _members(value: object, place: str) -> Mapping[str, Any]:
    plain = value.to_dict() if isinstance(value, SupportsToDict) and not isinstance(value, Mapping) else value
    if not isinstance(plain, Mapping):
        raise InvalidRequestError(f"{place} is a {type(value).__name__}. Give an object, such as a dict.")
    return cast("Mapping[str, Any]", plain)
