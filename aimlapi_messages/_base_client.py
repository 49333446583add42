"""What both clients are: settings, and the pure steps between a call and a request. No I/O.

No model module is imported before there is a reply to read, so that a client costs next to nothing to make.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Self

from ._arguments import check_headers, check_max_retries, check_timeout
from ._config import Key, resolve_base_url, resolve_key, user_agent
from ._cost import Cost, Ledger
from ._errors import APIError, ConfigurationError
from ._requests import Call, merge_headers
from ._retry import RetryPolicy
from ._scrub import Secrets, secrets_in
from ._transport import DEFAULT_TIMEOUT
from ._types import NOT_GIVEN, NotGiven, ReplyHead, Request, TimeoutTypes

if TYPE_CHECKING:
    from ._errors import APIStatusError
    from ._message import Message

__all__ = ["BaseClient", "Settings"]

MESSAGES_PATH: Final = "/v1/messages"

# Stands among the headers where the client's key will, unless other headers take its place.
_KEY_TO_COME: Final = "Bearer ***"

logger = logging.getLogger("aimlapi_messages")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a client was told, resolved. Copies of a client differ only in this."""

    key: Key
    base_url: str
    timeout: TimeoutTypes
    max_retries: int
    headers: Mapping[str, str] = field(repr=False)

    @classmethod
    def resolve(
        cls,
        *,
        key: Key,
        base_url: str | None,
        timeout: TimeoutTypes | NotGiven,
        max_retries: int,
        default_headers: Mapping[str, str] | None,
    ) -> Settings:
        """Fill in from the environment what was not given. Raises ConfigurationError and its children."""
        _check(timeout, max_retries, default_headers)
        return cls(
            key=key,
            base_url=resolve_base_url(base_url, os.environ),
            timeout=DEFAULT_TIMEOUT if isinstance(timeout, NotGiven) else timeout,
            max_retries=max_retries,
            headers=merge_headers(default_headers or {}),
        )

    def changed(
        self,
        *,
        key: Key | None = None,
        base_url: str | None = None,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        max_retries: int | None = None,
        default_headers: Mapping[str, str] | None = None,
    ) -> Settings:
        """The same settings with some of them replaced; headers are added to those there.

        Raises ConfigurationError and its children.
        """
        _check(timeout, self.max_retries if max_retries is None else max_retries, default_headers)
        return replace(
            self,
            key=key or self.key,
            base_url=self.base_url if base_url is None else resolve_base_url(base_url, {}),
            timeout=self.timeout if isinstance(timeout, NotGiven) else timeout,
            max_retries=self.max_retries if max_retries is None else max_retries,
            headers=merge_headers(self.headers, default_headers or {}),
        )


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

    def with_options(
        self,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        max_retries: int | None = None,
        default_headers: Mapping[str, str] | None = None,
    ) -> Self:
        """A copy with other settings. It shares the connections and the count of what was spent.

        Raises MissingKeyError, and ConfigurationError for any other argument that cannot be used.
        """
        key = None if api_key is None else resolve_key(api_key, {})
        api_key = None  # so that no frame shows it of what may fail below
        changed = copy(self)
        changed._settings = self._settings.changed(
            key=key,
            base_url=base_url,
            timeout=timeout,
            max_retries=max_retries,
            default_headers=default_headers,
        )
        return changed

    def __repr__(self) -> str:
        name = type(self).__name__
        if "_settings" not in vars(self):  # its making failed, and a debugger looks at what there is
            return f"{name}()"
        return f"{name}(base_url={self.base_url!r}, max_retries={self.max_retries})"

    def _prepare(self, call: Call, path: str = MESSAGES_PATH) -> Request:
        """The request for a call, with the key, the address and the client's defaults."""
        settings = self._settings
        own = {"user-agent": user_agent(), "authorization": _KEY_TO_COME}
        headers = merge_headers(own, settings.headers, call.headers)
        return Request(
            method="POST",
            url=f"{settings.base_url}{path}{'?' if call.query else ''}{call.query}",
            headers=_with_key(headers, settings.key),
            body=call.body,
            timeout=settings.timeout if isinstance(call.timeout, NotGiven) else call.timeout,
            secrets=_secrets(headers, settings.key),
        )

    def _retry_policy(self, call: Call) -> RetryPolicy:
        return RetryPolicy(self.max_retries if call.max_retries is None else call.max_retries)

    @contextmanager
    def _settled(self, head: ReplyHead) -> Generator[None]:
        """While a reply is read: if that fails, count what its headers say that it cost all the same."""
        try:
            yield
        except BaseException:
            self._ledger.add(Cost.from_headers(head.headers))
            raise

    def _status_error(self, head: ReplyHead, body: bytes) -> APIStatusError:
        """The error of a reply outside 2xx."""
        from ._error_bodies import error_from_response  # noqa: PLC0415 (models load when they are needed)

        return error_from_response(head, body)

    def _read_message(self, head: ReplyHead, body: bytes) -> Message:
        """The message of a 2xx reply, its cost counted. Raises UnexpectedResponseError, APIStatusError."""
        from ._responses import read_message  # noqa: PLC0415 (models load when they are needed)

        message = read_message(head, body)
        self._ledger.add(message.cost)
        return message

    @staticmethod
    def _log_retry(attempt: int, pause: float, error: APIError) -> None:
        logger.info(
            "Sending again in %.2f s (retry %d) after %s, status %s, request id %s",
            pause,
            attempt + 1,
            type(error).__name__,
            error.status_code,
            error.request_id,
        )


def _check(timeout: object, max_retries: object, headers: object) -> None:
    """Raise ConfigurationError for settings of a client that cannot be used; what was not given is good."""
    if not isinstance(timeout, NotGiven):
        check_timeout(timeout, ConfigurationError)
    check_max_retries(max_retries, ConfigurationError)
    if headers is not None:
        check_headers(headers, ConfigurationError)


def _with_key(headers: Mapping[str, str], key: Key) -> dict[str, str]:
    """The headers with the client's key, last of all, so that nothing that can still fail holds it."""
    own = headers.get("authorization") == _KEY_TO_COME
    return {**headers, "authorization": f"Bearer {key.reveal()}"} if own else dict(headers)


def _secrets(headers: Mapping[str, str], key: Key) -> Secrets:
    given = {name: value for name, value in headers.items() if value != _KEY_TO_COME}
    return Secrets([key.reveal(), *secrets_in(given)])
