"""The built site: each public name is in the reference, each link leads somewhere, and no other host is asked."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from posixpath import join, normpath
from tomllib import loads
from urllib.parse import unquote, urlsplit

import pytest

import aimlapi_client.api
import aimlapi_messages
from scripts.pipeline.checkout.file_lock import exclusive

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "build" / "site"
#: The path of the site's first page.
HOME = urlsplit(loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]["site_url"]).path
#: The public modules of the package beside its own.
PARTS = ("anthropic", "testing", "types")
#: What the module of an operation may have.
FUNCTIONS = ("request", "sync", "sync_detailed", "asyncio", "asyncio_detailed")


class Page(HTMLParser):
    """The ids of a page, where its links lead, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.add(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "link" and given.get("rel") not in ("canonical", "prev", "next"):
            self.loaded.append(given["href"])
        self.loaded += [given[name] for name in ("src", "srcset", "poster", "data") if name in given]
        self.loaded += addresses(given.get("style", ""))


@dataclass
class Site:
    """All pages by their paths, such as `reference/errors/`."""

    pages: dict[str, Page] = field(default_factory=dict[str, Page])

    @cached_property
    def reference(self) -> set[str]:
        """The ids of the reference."""
        return {one for path, page in self.pages.items() if path.startswith("reference/") for one in page.ids}


@pytest.fixture(scope="module")
def site() -> Site:
    """The site, built by `make docs` if something has changed; by one process if several run tests."""
    with exclusive(ROOT / "zensical.toml"):
        built = subprocess.run(["make", "docs"], cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    return Site(
        {
            path.relative_to(SITE).as_posix().removesuffix("index.html"): Page(path.read_text(encoding="utf-8"))
            for path in SITE.rglob("*.html")
        }
    )


def addresses(css: str) -> Iterator[str]:
    """What a style sheet loads."""
    for match in re.finditer(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)]*))\s*\)|@import\s+["']([^"']*)""", css):
        yield next(filter(None, match.groups()), "")


def is_foreign(address: str) -> bool:
    return urlsplit(address).scheme not in ("", "data") or address.startswith("//")


def public_names() -> Iterator[str]:
    """Of both packages, with the functions of each operation."""
    for name in ("aimlapi_messages", *(f"aimlapi_messages.{part}" for part in PARTS), "aimlapi_client"):
        module = import_module(name)
        yield from (f"{module.__name__}.{name}" for name in module.__all__ if not name.startswith("_"))
    for part in ("bodies", "errors", "models", "operation", "pages", "params", "types", "wire"):
        module = import_module(f"aimlapi_client.{part}")
        yield from (f"{module.__name__}.{name}" for name in module.__all__)
    for part in ("deprecations", "refusals", "resources", "resources.account", "resources.keys", "resources.models"):
        module = import_module(f"aimlapi_client.{part}")
        own = (name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__)
        yield from (f"{module.__name__}.{name}" for name in own)
    for tag in iter_modules(aimlapi_client.api.__path__, "aimlapi_client.api."):
        for operation in iter_modules(import_module(tag.name).__path__, f"{tag.name}."):
            module = import_module(operation.name)
            yield from (f"{operation.name}.{name}" for name in FUNCTIONS if hasattr(module, name))


def test_every_public_name_is_in_the_reference(site: Site) -> None:
    """Under its own id, to which a link can lead."""
    names = set(public_names())
    assert len(names) > 500
    assert sorted(names - site.reference) == []


METHODS = [
    ("aimlapi_messages.resources.messages.Messages.create", "CreateOptions"),
    ("aimlapi_messages.resources.async_messages.AsyncMessages.create", "CreateOptions"),
    ("aimlapi_messages.resources.async_messages.AsyncMessages.stream", "CreateOptions"),
    ("aimlapi_messages.resources.messages.Messages.tool_runner", "RunOptions"),
    ("aimlapi_messages.resources.messages.Messages.parse", "CallOptions"),
    ("aimlapi_messages.resources.async_messages.AsyncMessages.stream_output", "CallOptions"),
    ("aimlapi_messages.resources.batches.Batches.create", "RequestOptions"),
    ("aimlapi_messages.resources.models.Models.list", "RequestOptions"),
    ("aimlapi_client.resources.account.AsyncAccount.logs", "RequestOptions"),
    ("aimlapi_messages.AIMLAPI.send", "RequestOptions"),
]


@pytest.mark.parametrize(("method", "options"), METHODS)
def test_a_method_lists_its_options(site: Site, method: str, options: str) -> None:
    """Also those that its typed dict has from others."""
    members = getattr(aimlapi_messages, options).__annotations__
    assert len(members) >= 5
    assert [name for name in members if f"{method}({name})" not in site.reference] == []


def places(page: str, links: list[str]) -> Iterator[tuple[str, str]]:
    """Where the links of a page within the site lead: a path and an id."""
    for parts in map(urlsplit, links):
        if not parts.scheme and not parts.netloc:
            path = f"{normpath(join(HOME, page, unquote(parts.path)))}/"  # the page for errors has absolute links
            yield path.removeprefix(HOME).strip("/"), unquote(parts.fragment)


def test_every_link_leads_somewhere(site: Site) -> None:
    """To a file of the site, and to an id on its page."""
    known = {(path.relative_to(SITE).as_posix(), "") for path in SITE.rglob("*")} | {("", "")}
    known |= {(path.rstrip("/"), one) for path, page in site.pages.items() for one in ("", *page.ids)}
    led = {(path, *place) for path, page in site.pages.items() for place in places(path, page.links)}
    assert len(led) > 1000
    assert sorted(one for one in led if one[1:] not in known) == []


def test_no_page_asks_another_host(site: Site) -> None:
    """Neither for a font, nor for a script, nor for a picture."""
    loaded = {f"{path}: {one}" for path, page in site.pages.items() for one in page.loaded if is_foreign(one)}
    sheets = [*SITE.rglob("*.css")]
    loaded |= {f"{path}: {one}" for path in sheets for one in addresses(path.read_text("utf-8")) if is_foreign(one)}
    assert len(sheets) > 1
    assert sorted(loaded) == []
