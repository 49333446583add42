"""What both clients are: settings, and the pure steps between a call and a request. No I/O.

No model module is imported before there is a reply to read, so that a client costs next to nothing to make.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar, cast
from urllib.parse import parse_qsl, urlencode

from aimlapi_client.errors import ArgumentError
from aimlapi_client.operation import Operation, Repeat, RequestOptions

from ..core.arguments import check_headers, check_hook, check_limit, check_max_retries, check_timeout
from ..core.config import DEFAULT_MAX_RETRIES, Key, resolve_base_url, resolve_key, user_agent
from ..core.cost import Cost, Ledger
from ..core.deprecations import warn_if_deprecated
from ..core.errors import APIError, ConfigurationError, InvalidRequestError
from ..core.headers import merge_headers
from ..core.scrub import Secrets, secrets_in
from ..core.types import NOT_GIVEN, Effect, NotGiven, ReplyHead, Request, TimeoutTypes, given
from ..resources import checks
from ..transport.http import DEFAULT_TIMEOUT

if TYPE_CHECKING:
    from aimlapi_client.operation import HTTPRequest

    from ..core.errors import APIStatusError
    from ..message.message import Message
    from ..message.request import Call
    from ..resources.asking import Ask
    from ..transport.retry_state import AttemptHook, Sending

__all__ = ["BaseClient", "Settings"]

_T = TypeVar("_T")

_EFFECTS: Final[Mapping[Repeat, Effect]] = {"safe": "none", "billed": "answer", "unsafe": "lasting"}

# Stands among the headers where the client's key will, unless other headers take its place.
_KEY_TO_COME: Final = "Bearer ***"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a client was told, resolved. Copies of a client differ only in this."""

    key: Key
    base_url: str
    timeout: TimeoutTypes = field(default_factory=lambda: DEFAULT_TIMEOUT)
    idle_timeout: float | None = None
    total_timeout: float | None = None
    max_retries: int = DEFAULT_MAX_RETRIES
    retry_timeouts: bool = False
    on_attempt: AttemptHook | None = None
    warn_deprecated: bool = True
    headers: Mapping[str, str] = field(repr=False, default_factory=dict[str, str])

    def changed(
        self,
        *,
        key: Key | None = None,
        base_url: str | None = None,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        idle_timeout: float | NotGiven | None = NOT_GIVEN,
        total_timeout: float | NotGiven | None = NOT_GIVEN,
        max_retries: int | None = None,
        retry_timeouts: bool | None = None,
        on_attempt: AttemptHook | NotGiven | None = NOT_GIVEN,
        warn_deprecated: bool | None = None,
        default_headers: Mapping[str, str] | None = None,
    ) -> Settings:
        """The same settings with those that are given; headers are added to those there.

        Raises ConfigurationError and its children.
        """
        changed = replace(
            self,
            key=key or self.key,
            base_url=self.base_url if base_url is None else resolve_base_url(base_url, {}),
            timeout=given(timeout, self.timeout),
            idle_timeout=given(idle_timeout, self.idle_timeout),
            total_timeout=given(total_timeout, self.total_timeout),
            max_retries=self.max_retries if max_retries is None else max_retries,
            retry_timeouts=self.retry_timeouts if retry_timeouts is None else retry_timeouts,
            on_attempt=given(on_attempt, self.on_attempt),
            warn_deprecated=self.warn_deprecated if warn_deprecated is None else warn_deprecated,
        )
        check_timeout(changed.timeout, ConfigurationError)
        check_limit("idle_timeout", changed.idle_timeout, ConfigurationError)
        check_limit("total_timeout", changed.total_timeout, ConfigurationError)
        check_max_retries(changed.max_retries, ConfigurationError)
        check_hook("on_attempt", changed.on_attempt)
        check_headers(default_headers or {}, ConfigurationError)
        return replace(changed, headers=merge_headers(self.headers, default_headers or {}))


class BaseClient:
    """Settings, the running cost, and the steps that need no I/O."""

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self._settings = settings
        self._ledger = ledger

    @property
    def base_url(self) -> str:
        """The address that requests go to, without `/v1`."""
        return self._settings.base_url

    @property
    def max_retries(self) -> int:
        return self._settings.max_retries

    @property
    def timeout(self) -> TimeoutTypes:
        return self._settings.timeout

    @property
    def spent(self) -> Decimal:
        """US dollars that calls of this client and its copies have cost, as far as the gateway said."""
        return self._ledger.total

    @property
    def budget_usd(self) -> Decimal | None:
        """US dollars after which this client and its copies refuse to send; None for no such limit."""
        return self._ledger.budget

    def with_options(
        self,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        idle_timeout: float | NotGiven | None = NOT_GIVEN,
        total_timeout: float | NotGiven | None = NOT_GIVEN,
        max_retries: int | None = None,
        retry_timeouts: bool | None = None,
        on_attempt: AttemptHook | NotGiven | None = NOT_GIVEN,
        warn_deprecated: bool | None = None,
        default_headers: Mapping[str, str] | None = None,
    ) -> Self:
        """A copy with other settings. It shares the connections, the count of what was spent, and the budget.

        Raises MissingKeyError, and ConfigurationError for any other argument that cannot be used.
        """
        key = None if api_key is None else resolve_key(api_key, {})
        api_key = None  # so that no frame shows it of what may fail below
        changed = copy(self)
        changed._settings = self._settings.changed(
            key=key,
            base_url=base_url,
            timeout=timeout,
            idle_timeout=idle_timeout,
            total_timeout=total_timeout,
            max_retries=max_retries,
            retry_timeouts=retry_timeouts,
            on_attempt=on_attempt,
            warn_deprecated=warn_deprecated,
            default_headers=default_headers,
        )
        return changed

    def __repr__(self) -> str:
        name = type(self).__name__
        if "_settings" not in vars(self):  # its making failed, and a debugger looks at what there is
            return f"{name}()"
        return f"{name}(base_url={self.base_url!r}, max_retries={self.max_retries})"

    def _prepare(self, call: Call) -> Request:
        """The request for a call, with the key, the address and the client's defaults."""
        settings = self._settings
        own = {"user-agent": user_agent(), "authorization": _KEY_TO_COME}
        headers = merge_headers(own, settings.headers, call.headers)
        return Request(
            method=call.method,
            url=_address(settings.base_url, call.path) + (f"?{call.query}" if call.query else ""),
            headers=_with_key(headers, settings.key),
            body=call.body,
            timeout=given(call.timeout, settings.timeout),
            secrets=_secrets(headers, settings.key),
        )

    def _asked(self, operation: Operation[_T], options: RequestOptions) -> Ask[_T]:
        """A call of an operation, checked. Raises InvalidRequestError, TypeError."""
        from ..resources.asking import Ask, ask  # noqa: PLC0415 (loaded for the first call)

        built = _built(operation)
        asked = ask(
            built.method,
            "",
            _unread,
            cast("Any", options),
            body=built.content,
            effect=_EFFECTS[operation.endpoint.repeat],
        )
        call = asked.call
        path, _, query = built.target.partition("?")
        extra = options.get("extra_query") or {}
        members = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name not in extra]
        query = "&".join(filter(None, (urlencode(members), call.query))) if extra else query
        headers = {**built.headers, **(options.get("extra_headers") or {})}

        def read(head: ReplyHead, body: bytes) -> _T:
            from ..message.response import cost_of, read_answer  # noqa: PLC0415 (models load when they are needed)

            value = read_answer(operation, head, body)
            self._ledger.add(cost_of(head, value))
            return value

        return Ask(replace(call, path=path, query=query, headers=headers), read)

    def _sending(self, call: Call, *, streamed: bool) -> Sending:
        """The call as the client will send it: request, retries, limits."""
        settings = self._settings
        for model in call.models if settings.warn_deprecated else ():
            warn_if_deprecated(model)
        idle = given(call.idle_timeout, settings.idle_timeout)
        from ..transport.retry_state import sending  # noqa: PLC0415 (loaded for the first call)

        return sending(
            self._prepare(call),
            self._ledger,
            max_retries=settings.max_retries if call.max_retries is None else call.max_retries,
            retry_timeouts=settings.retry_timeouts,
            effect=call.effect,
            idle=idle if streamed else None,
            total=given(call.total_timeout, settings.total_timeout),
            on_attempt=settings.on_attempt,
        )

    def _count_failure(self, head: ReplyHead, error: BaseException) -> None:
        """What could not be read may have cost something all the same."""
        said = error.cost if isinstance(error, APIError) else None
        self._ledger.add(said or Cost.from_headers(head.headers))

    def _status_error(self, head: ReplyHead, body: bytes) -> APIStatusError:
        """The error of a reply outside 2xx."""
        from ..message.error_bodies import error_from_response  # noqa: PLC0415 (models load when they are needed)

        return error_from_response(head, body)

    def _read_message(self, head: ReplyHead, body: bytes) -> Message:
        """The message of a 2xx reply, its cost counted. Raises UnexpectedResponseError, APIStatusError."""
        from ..message.response import read_message  # noqa: PLC0415 (models load when they are needed)

        message = read_message(head, body)
        self._ledger.add(message.cost)
        return message


def _built(operation: Operation[Any]) -> HTTPRequest:
    """What to send. Raises InvalidRequestError for what cannot be sent."""
    check = checks.CHECKS.get(operation.name)
    try:
        if check is not None:
            check(operation)
        return operation.request()
    except ArgumentError as error:
        raise InvalidRequestError(str(error)) from error


def _unread(head: ReplyHead, body: bytes) -> Any:
    raise NotImplementedError


@lru_cache(maxsize=64)
def _address(base_url: str, path: str) -> str:
    """Held once however many calls are on their way."""
    return f"{base_url}{path}"


def _with_key(headers: Mapping[str, str], key: Key) -> dict[str, str]:
    """The headers with the client's key, last of all, so that nothing that can still fail holds it."""
    own = headers.get("authorization") == _KEY_TO_COME
    return {**headers, "authorization": f"Bearer {key.reveal()}"} if own else dict(headers)


def _secrets(headers: Mapping[str, str], key: Key) -> Secrets:
    given = {name: value for name, value in headers.items() if value != _KEY_TO_COME}
    return Secrets([key.reveal(), *secrets_in(given)])
