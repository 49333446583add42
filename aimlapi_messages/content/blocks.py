"""Content blocks from files, bytes and URLs: `image`, `document`, `text`, and `cached` for any block.

Each returns a plain dict for the `content` of a message. Files are read and checked at once, so that a wrong file
fails where it is named. Nothing is fetched: an http(s) URL goes to the gateway as it is. The gateway's document allows
that, though its prose names base64 alone; if a model refuses a URL, download it and pass the bytes. A string may name
a local file: pass bytes where the string comes from someone you do not trust.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypeVar, cast, overload

from ..core.arguments import SupportsToDict, dump_model
from ..core.errors import ContentError, InvalidRequestError
from .sources import MAX_REQUEST, PDF, TEXT, Payload, PillowImage, Readable, claim_of, load, web_address

if TYPE_CHECKING:
    from aimlapi_client.params import DocumentBlockParam, ImageBlockParam, TextBlockParam

DocumentSource: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview | Readable
ImageSource: TypeAlias = DocumentSource | PillowImage
CacheControl: TypeAlias = bool | Mapping[str, Any] | SupportsToDict | None

_Block = TypeVar("_Block", bound=Mapping[str, Any])

_TTLS: Final = ("5m", "1h")

# Limits that Anthropic documents for its models; the gateway documents none of its own, and judges whole requests.
_MAX_PDF_FILE: Final = MAX_REQUEST // 4 * 3 - 3
_MAX_IMAGE_FILE: Final = 5 * 1024 * 1024 // 4 * 3  # of which the base64 has 5 MB


def text(text: str, *, cache_control: CacheControl = None) -> TextBlockParam:
    """A text block. Raises InvalidRequestError for empty text, which no model accepts, and for anything else."""
    if not isinstance(cast("object", text), str) or not text:
        what = "an empty text" if text == "" else f"a {type(text).__name__}"
        raise InvalidRequestError(f"text() was given {what}. Give a string with something in it.")
    return cast("TextBlockParam", _block("text", text=text, cache_control=cache_control_param(cache_control)))


def image(source: ImageSource, *, media_type: str | None = None, cache_control: CacheControl = None) -> ImageBlockParam:
    """An image block of a JPEG, PNG, GIF or WebP image.

    source: a path (a string or `os.PathLike`), an http(s) URL, a data URL, bytes, a binary file object (read from
        its position, not closed) or an image of PIL, sent upright in its own format or else as PNG, without metadata.
        A string with `://` after a scheme is a URL; any other that does not begin with `data:` or `file:` is a path.
    media_type: the expected media type, by default that of the data URL or the file's name. It is an error if the
        bytes are of another type. Not for an http(s) URL, which has no place for it.
    cache_control: True for a cache breakpoint after this block, or a JSON object as the API documents it.
    Raises ContentError for what cannot be read, is no such image, or takes more than 5 MB (5 * 1024 * 1024) of base64,
    the narrower reading of the documented 5 MB. How many images a request may have differs with the model, so that is
    for the gateway to say.
    """
    cache = cache_control_param(cache_control)
    url = web_address(source)
    if url is not None:
        return cast("ImageBlockParam", _block("image", source=_url_source(url, media_type), cache_control=cache))
    payload = load(source, _MAX_IMAGE_FILE, "image()", media_type)
    actual = payload.media_type
    if actual is None or actual == PDF:
        hint = " document() sends PDFs." if actual == PDF else ""
        raise ContentError(f"{payload.looks_like()}. Images are taken as JPEG, PNG, GIF and WebP.{hint}")
    payload.check_claim(actual)
    payload.check_size(
        _MAX_IMAGE_FILE,
        f"An image may take 5 MB of base64, which is {_MAX_IMAGE_FILE:,} bytes of file. "
        "Make it smaller: beyond 1568 pixels on its longer edge nothing is gained.",
    )
    data = {"type": "base64", "media_type": actual, "data": payload.take_base64()}
    return cast("ImageBlockParam", _block("image", source=data, cache_control=cache))


def document(
    source: DocumentSource | None = None,
    *,
    text: str | None = None,
    title: str | None = None,
    context: str | None = None,
    citations: bool | Mapping[str, Any] | None = None,
    media_type: str | None = None,
    cache_control: CacheControl = None,
) -> DocumentBlockParam:
    """A document block: a PDF, or plain text in UTF-8 of any kind, such as Markdown, CSV or source code.

    source: as for `image`, but no image of PIL. A string is a path or URL, never the text itself. A byte order mark,
        white space or the header of a form's part before a PDF is left out.
    text: the text itself, instead of a source.
    title, context: for the model to read, but not to cite from.
    citations: True lets the model cite the document; or a JSON object as the API documents it.
    media_type, cache_control: as for `image`; the type of a text may be any kind of text.
    Raises ContentError for what cannot be read, is neither a PDF nor UTF-8 text, or comes to the 32 MB (of base64, or
    characters) that a request must stay below.
    """
    if (source is None) == (text is None):
        raise InvalidRequestError("document() takes either a source or text=..., and one of them.")
    cache = cache_control_param(cache_control)
    url = web_address(source)
    if text is not None:
        Payload("The text", b"", claim_of(media_type, "media_type")).check_claim(TEXT)
        data = _text_source(text, "The text")
    elif url is not None:
        data = _url_source(url, media_type)
    else:
        data = _document_source(load(source, MAX_REQUEST, "document()", media_type))
    cites = {"enabled": citations} if isinstance(citations, bool) else citations
    block = _block("document", source=data, title=title, context=context, citations=cites, cache_control=cache)
    return cast("DocumentBlockParam", block)


@overload
def cached(block: _Block, ttl: Literal["5m", "1h"] | None = None) -> _Block: ...


@overload
def cached(block: SupportsToDict, ttl: Literal["5m", "1h"] | None = None) -> Any: ...


def cached(block: Mapping[str, Any] | SupportsToDict, ttl: Literal["5m", "1h"] | None = None) -> Any:
    """A copy of a block, tool or tool result with a cache breakpoint after it.

    ttl: how long the cache lasts, "5m" or "1h"; by default as long as the gateway says. A `@tool` function becomes its
    description, which a tool runner cannot call.
    Raises InvalidRequestError for anything but a block, and for another ttl.
    """
    if ttl is not None and ttl not in _TTLS:
        raise InvalidRequestError(f"ttl is {str(ttl)[:40]!r}. Give '5m' or '1h', or none.")
    members = _members(block)
    if members is None:
        raise InvalidRequestError(f"cached() was given a {type(block).__name__}. Give a block, such as text('...').")
    members["cache_control"] = {"type": "ephemeral"} if ttl is None else {"type": "ephemeral", "ttl": ttl}
    return members


def _block(kind: str, **members: object) -> dict[str, Any]:
    return {"type": kind, **{name: value for name, value in members.items() if value is not None}}


def cache_control_param(value: CacheControl, error: type[Exception] = InvalidRequestError) -> dict[str, Any] | None:
    """A `cache_control` argument as JSON. Raises `error` for a wrong one."""
    if value is None or isinstance(value, bool):
        return {"type": "ephemeral"} if value else None
    members = _members(value)
    if members is None:
        raise error(f"cache_control is a {type(value).__name__}. Give True, or {{'type': 'ephemeral', 'ttl': '1h'}}.")
    return members


def _members(value: object) -> dict[str, Any] | None:
    plain = dump_model(value)
    return dict(cast("Mapping[str, Any]", plain)) if isinstance(plain, Mapping) else None


def _url_source(url: str, media_type: str | None) -> dict[str, Any]:
    if media_type is not None:
        raise ContentError("media_type has no place beside an http(s) URL. Leave it out, or give the bytes.")
    return {"type": "url", "url": url}


def _document_source(payload: Payload) -> dict[str, Any]:
    actual = payload.media_type
    if actual == PDF:
        payload.check_claim(PDF)
        payload.check_size(_MAX_PDF_FILE, "A request holds less than 32 MB of base64, which is 24 MB of file.")
        return {"type": "base64", "media_type": PDF, "data": payload.take_base64()}
    payload.check_size(MAX_REQUEST, "A request holds less than 32 MB.")
    try:
        content = str(payload.data, "utf-8-sig")
    except UnicodeDecodeError:
        content = "\0"
    if actual is not None or "\0" in content:
        hint = " image() sends images." if actual is not None else ""
        raise ContentError(f"{payload.looks_like()}. Documents are taken as PDF and as UTF-8 text.{hint}")
    payload.check_claim(TEXT)
    return _text_source(content, payload.name)


def _text_source(content: str, name: str) -> dict[str, Any]:
    if not isinstance(cast("object", content), str) or not content:
        raise ContentError(f"{name} is empty." if content == "" else f"text is a {type(content).__name__}.")
    if len(content) >= MAX_REQUEST:
        raise ContentError(f"{name} has {len(content):,} characters. A request holds less than 32 MB.")
    return {"type": "text", "media_type": TEXT, "data": content}
