"""The synchronous client. A shell: it sends, waits and closes; every rule is in the modules it calls."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self, TypeVar, Unpack, overload

from ._base_client import BaseClient, Settings
from ._config import DEFAULT_MAX_RETRIES, resolve_key
from ._cost import Ledger
from ._errors import APIError
from ._requests import DEFAULT_MAX_TOKENS, Call, CreateOptions, MessagesInput, build_call
from ._transport import SyncReply, SyncTransport
from ._types import NOT_GIVEN, NotGiven, TimeoutTypes

if TYPE_CHECKING:
    import httpx

    from ._message import Message
    from ._streaming import MessageStream, MessageStreamManager

__all__ = ["AIMLAPI", "Messages"]

_T = TypeVar("_T")


class AIMLAPI(BaseClient):
    """A client of the AI/ML API gateway. Make one and share it, between threads too; close it at the end.

    api_key: else AIMLAPI_API_KEY, else AIML_API_KEY from the environment.
    base_url: else AIMLAPI_BASE_URL, else the gateway; with or without `/v1`.
    timeout: seconds, an `httpx.Timeout`, or None for no limit; 600 s, 10 s to connect, if not given.
    max_retries: attempts after the first for what may pass; 2 unless given.
    http_client: an `httpx.Client` of your own, for proxies and the like. It stays yours to close.
    default_headers: sent with every request.
    Raises MissingKeyError, and ConfigurationError for any other argument that cannot be used.
    """

    def __init__(
        self,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        max_retries: int = DEFAULT_MAX_RETRIES,
        http_client: httpx.Client | None = None,
        default_headers: Mapping[str, str] | None = None,
    ) -> None:
        key = resolve_key(api_key, os.environ)
        api_key = None  # so that no frame shows it of what may fail below
        settings = Settings.resolve(
            key=key,
            base_url=base_url,
            timeout=timeout,
            max_retries=max_retries,
            default_headers=default_headers,
        )
        super().__init__(settings, Ledger())
        self._transport = SyncTransport(http_client)

    @property
    def messages(self) -> Messages:
        """Conversations with a model."""
        return Messages(self._create, self._stream)

    def close(self) -> None:
        """Close the connections, those of copies included; an `http_client` that you gave stays open."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, call: Call, read: Callable[[SyncReply], _T]) -> _T:
        """Send a call until it succeeds or is given up, and read the 2xx reply."""
        request, policy = self._prepare(call), self._retry_policy(call)
        attempt = 0
        while True:
            try:
                reply = self._transport.open(request)
                with self._settled(reply.head):
                    if not reply.head.ok:
                        raise self._status_error(reply.head, reply.read_error())
                    return read(reply)
            except APIError as error:
                pause = policy.delay(attempt, error)
                if pause is None:
                    raise
                self._log_retry(attempt, pause, error)
            time.sleep(pause)
            attempt += 1

    def _create(self, call: Call) -> Message:
        return self._run(call, lambda reply: self._read_message(reply.head, reply.read()))

    def _stream(self, call: Call) -> MessageStream:
        from ._streaming import MessageStream  # noqa: PLC0415 (models load when they are needed)

        return self._run(call, lambda reply: MessageStream.of(reply, self._ledger))


class Messages:
    """`client.messages`."""

    def __init__(
        self,
        create: Callable[[Call], Message],
        open_stream: Callable[[Call], MessageStream],
    ) -> None:
        self._create = create
        self._open_stream = open_stream

    @overload
    def create(
        self,
        *,
        model: str,
        messages: MessagesInput,
        max_tokens: int = ...,
        stream: Literal[False] = ...,
        **options: Unpack[CreateOptions],
    ) -> Message: ...

    @overload
    def create(
        self,
        *,
        model: str,
        messages: MessagesInput,
        max_tokens: int = ...,
        stream: Literal[True],
        **options: Unpack[CreateOptions],
    ) -> MessageStream: ...

    @overload
    def create(
        self,
        *,
        model: str,
        messages: MessagesInput,
        max_tokens: int = ...,
        stream: bool,
        **options: Unpack[CreateOptions],
    ) -> Message | MessageStream: ...

    def create(
        self,
        *,
        model: str,
        messages: MessagesInput,
        max_tokens: int = DEFAULT_MAX_TOKENS,
        stream: bool = False,
        **options: Unpack[CreateOptions],
    ) -> Message | MessageStream:
        """Ask a model, and give its answer; with `stream=True`, the answer's events as they come.

        model: the model's id, such as "anthropic/claude-sonnet-4.5".
        messages: a string, which becomes one user message, or a list of messages: plain dicts, generated
            models, and earlier answers as they are.
        max_tokens: the most tokens to write. It is always sent, because the gateway's own default differs
            from model to model.
        The other arguments are those of `CreateOptions`.
        Raises InvalidRequestError before anything is sent, and the children of APIError.
        """
        call = build_call(model=model, messages=messages, max_tokens=max_tokens, stream=stream, options=options)
        return self._open_stream(call) if stream else self._create(call)

    def stream(
        self,
        *,
        model: str,
        messages: MessagesInput,
        max_tokens: int = DEFAULT_MAX_TOKENS,
        **options: Unpack[CreateOptions],
    ) -> MessageStreamManager:
        """Ask a model, and read its answer while it is written: `with messages.stream(...) as stream:`.

        The arguments are those of `create`. The request is sent on entry; leaving closes the stream.
        """
        from ._streaming import MessageStreamManager  # noqa: PLC0415 (models load when they are needed)

        call = build_call(model=model, messages=messages, max_tokens=max_tokens, stream=True, options=options)
        return MessageStreamManager(partial(self._open_stream, call))
