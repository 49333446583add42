"""Pull: fetch the public document, politely and within limits, or say clearly why not."""

from __future__ import annotations

import time
from urllib.parse import urlsplit, urlunsplit

import httpx
from attrs import frozen

from ..document.errors import PipelineError

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
MAX_REDIRECTS = 3


@frozen
class Fetched:
    """A document as it came, or the word that it has not changed (``raw`` is None)."""

    raw: bytes | None
    url: str
    etag: str | None
    last_modified: str | None


def fetch(
    url: str, *, max_bytes: int, timeout: float, etag: str | None = None, last_modified: str | None = None
) -> Fetched:
    """Fetch ``url``; a stored validator makes the request conditional, and 304 gives ``raw=None``.

    Only https is fetched, except from this machine; a redirect to another host is refused. ``timeout`` limits
    the whole fetch in seconds, ``max_bytes`` the body. Raises `PipelineError`.
    """
    deadline = time.monotonic() + timeout
    shown = without_query(url)
    headers = {"Accept": "application/yaml, application/json;q=0.9, */*;q=0.1"}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    try:
        with httpx.Client(timeout=min(timeout, 30.0), follow_redirects=False) as client:
            for _ in range(MAX_REDIRECTS + 1):
                _check_address(url)
                with client.stream("GET", url, headers=headers) as response:
                    if response.has_redirect_location:
                        url = _redirected(response, shown)
                        continue
                    if response.status_code == 304 and not (etag or last_modified):
                        raise PipelineError(
                            "answers that nothing has changed (304) though no version was asked about",
                            source=shown,
                            hint="a proxy on the way may keep old answers; give a stored copy with --input FILE",
                        )
                    return _read(response, shown, max_bytes, deadline)
    except httpx.TimeoutException as error:
        raise _unreachable(shown, "did not answer in time") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _unreachable(shown, f"cannot be fetched: {type(error).__name__}: {error}") from error
    raise _unreachable(shown, f"redirects more than {MAX_REDIRECTS} times")


def without_query(url: str) -> str:
    """``url`` without its query and user part: those may hold a key, and are neither stored nor shown."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise PipelineError(f"what was given is no address: {error}", hint="check --url or AIMLAPI_SPEC_URL") from error
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    netloc = f"{host}:{port}" if port else host
    return urlunsplit((parts.scheme, netloc, parts.path, "", ""))


def _check_address(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return
    raise PipelineError(
        "is not an https address",
        source=without_query(url),
        hint="plain http is allowed for this machine only; give a file with --input FILE",
    )


def _redirected(response: httpx.Response, shown: str) -> str:
    target = response.url.join(response.headers.get("location", ""))
    if target.host != response.url.host:
        raise PipelineError(
            f"redirects to another host, {target.host} (a login page?)",
            source=shown,
            hint="open the address in a browser; if the document moved, change upstream.url in sources.toml",
        )
    return str(target)


def _read(response: httpx.Response, shown: str, max_bytes: int, deadline: float) -> Fetched:
    etag, modified = response.headers.get("etag"), response.headers.get("last-modified")
    if response.status_code == 304:
        return Fetched(None, shown, etag, modified)
    if response.status_code != 200:
        raise PipelineError(
            f"answers with status {response.status_code}",
            source=shown,
            hint="try again later, or give a stored copy with --input FILE",
        )
    chunks: list[bytes] = []
    size = 0
    for chunk in response.iter_bytes():
        chunks.append(chunk)
        size += len(chunk)
        if size > max_bytes:
            raise PipelineError(
                f"is larger than the limit of {max_bytes:,} bytes",
                source=shown,
                hint="if the document really grew so much, raise limits.max_bytes in sources.toml",
            )
        if time.monotonic() > deadline:
            raise _unreachable(shown, "took longer than limits.timeout_seconds")
    return Fetched(b"".join(chunks), shown, etag, modified)


def _unreachable(shown: str, what: str) -> PipelineError:
    return PipelineError(what, source=shown, hint="try again later, or give a stored copy with --input FILE")
