"""The clients that the functions of `api` take: settings, and an httpx client made on first use.

They send a call and read its answer, and nothing else: no retries, no limits of their own.

Neither a key nor a header appears in a repr.
"""

from __future__ import annotations

import ssl
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from attrs import define, evolve, field

from .errors import UnexpectedStatus
from .operation import HTTPRequest, Operation
from .types import Response

T = TypeVar("T")


@define
class Client:
    """Settings for operations that need no key.

    Attributes:
        raise_on_unexpected_status: Whether a status that the document does not describe raises
            `errors.UnexpectedStatus`; otherwise the parsed body is None.
        base_url: The address of the gateway, without a trailing version.
        cookies, headers: Sent with every request.
        timeout: An `httpx.Timeout`; None waits without limit.
        verify_ssl: As ``verify`` of httpx.
        follow_redirects: Whether redirects are followed; off by default.
        httpx_args: Further arguments of `httpx.Client` and `httpx.AsyncClient`.
    """

    raise_on_unexpected_status: bool = field(default=False, kw_only=True)
    _base_url: str = field(alias="base_url")
    _cookies: dict[str, str] = field(factory=dict[str, str], kw_only=True, alias="cookies", repr=False)
    _headers: dict[str, str] = field(factory=dict[str, str], kw_only=True, alias="headers", repr=False)
    _timeout: httpx.Timeout | None = field(default=None, kw_only=True, alias="timeout")
    _verify_ssl: str | bool | ssl.SSLContext = field(default=True, kw_only=True, alias="verify_ssl")
    _follow_redirects: bool = field(default=False, kw_only=True, alias="follow_redirects")
    _httpx_args: dict[str, Any] = field(factory=dict[str, Any], kw_only=True, alias="httpx_args", repr=False)
    _client: httpx.Client | None = field(default=None, init=False, repr=False)
    _async_client: httpx.AsyncClient | None = field(default=None, init=False, repr=False)

    def with_headers(self, headers: dict[str, str]) -> Self:
        """A new client with further headers."""
        return evolve(self, headers={**self._headers, **headers})

    def with_cookies(self, cookies: dict[str, str]) -> Self:
        """A new client with further cookies."""
        return evolve(self, cookies={**self._cookies, **cookies})

    def with_timeout(self, timeout: httpx.Timeout) -> Self:
        """A new client with another timeout."""
        return evolve(self, timeout=timeout)

    def set_httpx_client(self, client: httpx.Client) -> Self:
        """Use ``client`` for every request, with its own settings instead of these."""
        self._client = client
        return self

    def set_async_httpx_client(self, async_client: httpx.AsyncClient) -> Self:
        """Use ``async_client`` for every request, with its own settings instead of these."""
        self._async_client = async_client
        return self

    def get_httpx_client(self) -> httpx.Client:
        """The httpx client, made on first use."""
        if self._client is None:
            self._client = httpx.Client(**self._httpx_settings())
        return self._client

    def get_async_httpx_client(self) -> httpx.AsyncClient:
        """The async httpx client, made on first use."""
        if self._async_client is None:
            self._async_client = httpx.AsyncClient(**self._httpx_settings())
        return self._async_client

    def send(self, operation: Operation[T]) -> Response[T]:
        """Send a call, and read its answer.

        Raises ArgumentError for what cannot be sent, UnexpectedStatus where the client is set to raise,
        UnreadableBody for a success that is not what the document promises, and httpx.HTTPError.
        """
        request = operation.request()
        response = self.get_httpx_client().request(
            request.method, request.target, headers=self._headers_of(request), content=request.content
        )
        return self._response(operation, response)

    async def asend(self, operation: Operation[T]) -> Response[T]:
        """Send a call, and read its answer. Raises what `send` does."""
        request = operation.request()
        response = await self.get_async_httpx_client().request(
            request.method, request.target, headers=self._headers_of(request), content=request.content
        )
        return self._response(operation, response)

    def _headers_of(self, request: HTTPRequest) -> dict[str, str]:
        """Of a call with cookies, with those of the client, which httpx leaves out then."""
        headers = dict(request.headers)
        if "cookie" in headers:
            own = [f"{name}={value}" for name, value in self._cookies.items()]
            headers["cookie"] = "; ".join([*own, headers["cookie"]])
        return headers

    def _response(self, operation: Operation[T], response: httpx.Response) -> Response[T]:
        if not response.is_success and self.raise_on_unexpected_status:
            raise UnexpectedStatus(response.status_code, response.content)
        parsed = None
        if response.is_success:
            content_type = response.headers.get("content-type", "")
            parsed = operation.decode(response.status_code, response.content, content_type)
        return Response(response.status_code, response.content, response.headers, parsed)

    def _request_headers(self) -> dict[str, str]:
        return self._headers

    def _httpx_settings(self) -> dict[str, Any]:
        return {
            "base_url": self._base_url,
            "cookies": self._cookies,
            "headers": self._request_headers(),
            "timeout": self._timeout,
            "verify": self._verify_ssl,
            "follow_redirects": self._follow_redirects,
            **self._httpx_args,
        }

    def __enter__(self) -> Self:
        self.get_httpx_client().__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.get_httpx_client().__exit__(kind, error, trace)

    async def __aenter__(self) -> Self:
        await self.get_async_httpx_client().__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.get_async_httpx_client().__aexit__(kind, error, trace)


@define
class AuthenticatedClient(Client):
    """Settings for operations that need a key, which goes into one header.

    Attributes:
        token: The key; it is never shown.
        prefix: The word in front of the key; empty for none.
        auth_header_name: The header.
    """

    token: str = field(repr=False)
    prefix: str = "Bearer"
    auth_header_name: str = "Authorization"

    def __reduce__(self) -> Any:
        raise TypeError(
            "a client holds a key, and is neither pickled nor copied; with_headers() and its kin make new ones"
        )

    def _request_headers(self) -> dict[str, str]:
        value = f"{self.prefix} {self.token}" if self.prefix else self.token
        return {**self._headers, self.auth_header_name: value}
