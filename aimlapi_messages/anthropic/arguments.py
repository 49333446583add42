"""The arguments of the `anthropic` SDK as this package takes them, and what the gateway has not. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias, TypedDict, cast

import httpx

from aimlapi_client.types import UNSET, Unset

from ..core.arguments import NotGiven as OursNotGiven
from ..core.errors import ConfigurationError, InvalidRequestError
from ..message.request import NAMED, body_options
from ..resources.messages import with_tool_params
from ..streaming.create import CreateMessage, message_operation
from ..transport.arguments import AsyncHTTPClient as OursAsyncHTTPClient, HTTPClient as OursHTTPClient

if TYPE_CHECKING:
    from ..message import options
    from ..message.options import BatchRequest


class _MoreMembers(TypedDict, total=False):
    """Members of the body that the document may not have."""

    billing_policy: Any
    cache_control: Any
    compaction_control: Any
    container: Any
    context_management: Any
    diagnostics: Any
    fallback_credit_token: Any
    fallbacks: Any
    inference_geo: Any
    mcp_servers: Any
    service_tier: Any
    speed: Any
    thread: Any
    user_profile_id: Any
    workspace_id: Any


if TYPE_CHECKING:

    class CreateArguments(options.CreateArguments, _MoreMembers, total=False):
        """The arguments of `messages.create`."""

    class RunArguments(options.RunArguments[Any, Any], _MoreMembers, total=False):
        """The arguments of `messages.tool_runner`."""

        run_tools_eagerly: bool


# An argument, or a member of one, that is left out. As the value of a header it takes the header away.
NotGiven: TypeAlias = Unset
NOT_GIVEN: Any = UNSET

# Arguments of listings that the gateway gives whole.
PAGING: Final = frozenset({"after_id", "before_id", "limit"})

# What the SDK has and the gateway has not, and the nearest thing.
_ABSENT: Final = {
    "count_tokens": "The `usage` of an answer counts them, and `max_tokens=1` makes an answer cheap.",
    "batches.list": "Keep the ids of `batches.create`; `batches.retrieve` takes one.",
    "batches.delete": "`batches.cancel` stops a batch; results pass away by themselves.",
    "completions": "Call `messages.create`.",
    "files": "Send a file in a message: aimlapi_messages.image(...) and document(...) make its block.",
    "skills": "Give instructions as `system`.",
    "compaction_control": "Shorten the `transcript`, and start another run with it.",
    "thread": "Give the turns so far as `messages`.",
    **dict.fromkeys(
        ("get", "post", "put", "patch", "delete"), "`client.send` sends any operation of `aimlapi_client.api`."
    ),
    **dict.fromkeys(("agents", "sessions", "environments", "vaults"), "`messages.tool_runner` runs tools here."),
}


def unavailable(name: str) -> NoReturn:
    """Say that the gateway has not what the SDK has. Raises InvalidRequestError, AttributeError for any other name."""
    if name not in _ABSENT:
        raise AttributeError(f"the client has no {name!r}", name=name)
    raise InvalidRequestError(f"The AI/ML API gateway has no {name}. {_ABSENT[name]}")


def requested(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that are given, as the methods of `aimlapi_messages` take them.

    Raises InvalidRequestError for what the gateway has not.
    """
    given = {name: value for name, value in arguments.items() if not isinstance(value, (Unset, OursNotGiven))}
    for name in ("thread", "_strict_response_validation"):  # all turns go with each request, all answers are checked
        given.pop(name, None)
    if "compaction_control" in given:
        unavailable("compaction_control")
    if "extra_headers" in given:
        given["extra_headers"] = header_values(given["extra_headers"])
    lacking = {*_MoreMembers.__annotations__, "output_config", "thinking"}.difference(body_options())
    members = {name: given.pop(name) for name in sorted(lacking & given.keys())}
    if members:
        given["extra_body"] = {**members, **(given.get("extra_body") or {})}
    return given


def operation_of(given: Mapping[str, Any], *, stream: bool) -> CreateMessage:
    """The request for a message. Raises InvalidRequestError for what cannot be sent, TypeError for what is missing."""
    named = {"max_tokens": None, **{name: given[name] for name in NAMED & given.keys()}, "stream": stream}
    options = {name: value for name, value in with_tool_params(given).items() if name not in NAMED}
    return message_operation(**cast("Any", named), options=options)


def batch_request(request: Mapping[str, Any]) -> BatchRequest:
    """One request of a batch as `aimlapi_messages` takes it."""
    params = requested({name: value for name, value in request["params"].items() if name != "stream"})
    return cast("BatchRequest", {**request, "params": params})


def header_values(headers: Mapping[str, Any] | None) -> dict[str, str | None]:
    """Headers as this package takes them, which has None for one that is taken away."""
    return {name: None if isinstance(value, Unset) else value for name, value in (headers or {}).items()}


def check_key(key: str | None, base_url: str) -> None:
    """Raises ConfigurationError for a key of Anthropic's that would go to the gateway, which has no use for it."""
    if key and key.startswith("sk-ant-") and base_url.endswith("aimlapi.com"):
        raise ConfigurationError(
            "This is a key of Anthropic's own API, and is not sent to another host. Give the gateway's own as "
            "api_key=..., or set AIMLAPI_API_KEY."
        )


# --- connections

# Their own limit of 5 s is none here, as `AIMLAPI` says of its `http_client`.
DefaultHttpxClient: TypeAlias = httpx.Client
DefaultAsyncHttpxClient: TypeAlias = httpx.AsyncClient


class DefaultAioHttpClient:
    """Stands for connections of aiohttp, as `AsyncAIMLAPI(transport="aiohttp")`, which needs the extra `aiohttp`."""


HTTPClient: TypeAlias = OursHTTPClient
AsyncHTTPClient: TypeAlias = "OursAsyncHTTPClient | DefaultAioHttpClient"


def connections(given: object) -> dict[str, Any]:
    """The arguments of a client of ours for an `http_client`."""
    return {"transport": "aiohttp"} if isinstance(given, DefaultAioHttpClient) else {"http_client": given}
