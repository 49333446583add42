"""What both clients are: settings, and the pure steps between a call and a request. No I/O.

No model module is imported before there is a reply to read, so that a client costs next to nothing to make.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from ..core.arguments import NOT_GIVEN, NotGiven, check_headers, check_hook, check_limit, check_max_retries, given
from ..core.config import DEFAULT_MAX_RETRIES, Key, resolve_base_url, resolve_key, user_agent
from ..core.errors import ConfigurationError
from ..core.reply import SpendTracker
from ..core.request import Secrets, merge_headers, secrets_in
from ..transport.arguments import DEFAULT_TIMEOUT, TimeoutTypes, check_timeout

if TYPE_CHECKING:
    from aimlapi_client.operation import Operation, RequestOptions

    from ..transport.retries import AttemptHook, RetryState


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

    def __init__(self, settings: Settings, spending: SpendTracker) -> None:
        self._settings = settings
        self._spending = spending
        self._defaults: Defaults | None = None

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
        return self._spending.total

    @property
    def budget_usd(self) -> Decimal | None:
        """US dollars after which this client and its copies refuse to send; None for no such limit."""
        return self._spending.budget

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
        changed._defaults = None
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

    def _begin(
        self, operation: Operation[Any], options: RequestOptions, idle_timeout: float | NotGiven | None = None
    ) -> RetryState:
        """The state of a request that is ready to be sent. Raises InvalidRequestError, TypeError."""
        from .prepare import begin  # noqa: PLC0415 (loads the generated operations, which a client is made without)

        if self._defaults is None:
            self._defaults = Defaults(self._settings)
        return begin(operation, options, idle_timeout, self._settings, self._defaults, self._spending)


class Defaults:
    """What the requests of a client share, worked out with the first. Its repr does not show the key."""

    __slots__ = ("_texts", "headers", "secrets")

    def __init__(self, settings: Settings) -> None:
        self._texts = [settings.key.reveal(), *secrets_in(settings.headers)]
        self.secrets: Secrets = Secrets(self._texts)
        self.headers: dict[str, str] = {
            "user-agent": user_agent(),
            "authorization": f"Bearer {settings.key.reveal()}",
            **settings.headers,
        }

    def with_secrets_of(self, headers: Mapping[str, str | None]) -> Secrets:
        found = list(secrets_in({name: value for name, value in headers.items() if value is not None}))
        return Secrets([*self._texts, *found]) if found else self.secrets
