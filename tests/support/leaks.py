"""A watch over everything that a client shows of itself, for a secret that must not be there. Not a test.

It looks at log records, warnings, clients, and the package's errors with all that they hold. `leaks_of` looks at one
error as a reporter of errors does, and further.
"""

from __future__ import annotations

import functools
import logging
import pickle
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from aimlapi_messages import AIMLAPIError
from aimlapi_messages.client import base as _base_client
from aimlapi_messages.client.base import BaseClient

_TESTS: Final = Path(__file__).parents[1]

# Below DEBUG, so that no level that a test may set is taken for the watch's own.
_EVERYTHING: Final = 1
# Errors and clients are looked at as late as can be, for then they hold most; so many are kept until then.
_MOST_KEPT: Final = 50
# Tests that try thousands of examples make as many errors. Of one test's, so many are looked at in the slow ways.
_MOST_IN_FULL: Final = 20


def part_in(text: str, secret: str, length: int) -> str:
    """The first `length` characters in a row of a secret that a text holds, in any case; "" if it holds none."""
    found, secret = text.lower(), secret.lower()
    parts = (secret[at : at + length] for at in range(len(secret) - length + 1))
    return next((part for part in parts if part in found), "")


def leaks_of(error: BaseException, *secrets: str) -> list[str]:
    """Where an error, or what can be reached from it, shows a secret, or 12 characters in a row of one."""
    return [place for place, text in _shown_by(error) if any(part_in(text, secret, 12) for secret in secrets)]


def _shown_by(error: BaseException) -> Iterator[tuple[str, str]]:
    # Without the lines of code, which show nothing of what ran, and which Python parses one by one.
    yield "its traceback", "".join(traceback.format_exception(error, limit=0))
    for link in _chain(error):
        kind = type(link).__name__
        yield f"the text of {kind}", f"{link} {link!r}"
        yield f"the parts of {kind}", _told([link.args, vars(link)])
        for frame, _ in traceback.walk_tb(link.__traceback__):
            code = frame.f_code
            if not Path(code.co_filename).is_relative_to(_TESTS):
                for name, value in frame.f_locals.items():
                    yield f"{name} in {code.co_name} of {code.co_filename}", _told(value)
        if isinstance(link, AIMLAPIError):
            yield f"the pickle of {kind}", pickle.dumps(link).decode("latin-1")


def _chain(error: BaseException) -> Iterator[BaseException]:
    waiting, known = [error], set[int]()
    while waiting:
        link = waiting.pop()
        if id(link) not in known:
            known.add(id(link))
            yield link
            waiting += [other for other in (link.__cause__, link.__context__) if other is not None]
            waiting += getattr(link, "exceptions", ())


def _told(value: Any, depth: int = 3) -> str:
    """The repr of a value, and of what is in it where it is a collection, which may have one of its own."""
    members: list[Any] = []
    if isinstance(value, dict):
        members = [*value.items()]
    elif isinstance(value, (list, tuple, set, frozenset)):
        members = [*value]
    shown = ""
    with suppress(Exception):  # of what has failed only half is there
        shown = repr(value)
    return " ".join([shown, *(_told(member, depth - 1) for member in members[:50] if depth)])


class LeakWatch(logging.Handler):
    """Notes in `leaks` where `secret` was shown, or so much of it, while the watch was `kept`."""

    def __init__(self, secret: str, enough: int | None = None) -> None:
        super().__init__(_EVERYTHING)
        self.leaks: list[str] = []
        self._secret = secret
        self._enough = enough or len(secret)
        self._errors: list[AIMLAPIError] = []
        self._clients: list[BaseClient] = []
        self._in_full = 0
        self._root_level = logging.WARNING

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Watch; at the end, look at what was kept."""
        root = logging.getLogger()
        others, self._root_level = list(root.handlers), root.level
        for other in others:
            other.addFilter(self._as_without_watch)
        root.addHandler(self)
        root.setLevel(_EVERYTHING)
        undo = [
            _wrap(AIMLAPIError, "__init__", lambda args, _: self._keep(self._errors, args[0])),
            _wrap(BaseClient, "__init__", lambda args, _: self._keep(self._clients, args[0])),
            _wrap(_base_client, "copy", lambda _, made: self._keep(self._clients, made)),
            _wrap_warn(functools.partial(self._look, "warning")),
        ]
        try:
            yield
        finally:
            for restore in undo:
                restore()
            if root.level == _EVERYTHING:
                root.setLevel(self._root_level)
            root.removeHandler(self)
            for other in others:
                other.removeFilter(self._as_without_watch)
            self.look()

    def look(self) -> None:
        """Look at the errors and clients that are kept, and let them go."""
        while self._errors:
            self._look_at_error(self._errors.pop())
        while self._clients:
            client = self._clients.pop()
            self._look(f"{type(client).__name__}", f"{client} {client!r} {vars(client)}")

    def emit(self, record: logging.LogRecord) -> None:
        self._look(f"log of {record.name}", f"{self.format(record)} {record.args}")

    def _as_without_watch(self, record: logging.LogRecord) -> bool:
        """Whether a record would have been made if there were no watch; other handlers shall see no more."""
        logger: logging.Logger | None = logging.getLogger(record.name)
        while logger is not None:
            level = self._root_level if logger.level == _EVERYTHING else logger.level
            if level:
                return record.levelno >= level
            logger = logger.parent
        return True

    def _keep(self, kept: list[Any], one: Any) -> None:
        kept.append(one)
        if len(kept) > _MOST_KEPT:
            self.look()

    def _look_at_error(self, error: AIMLAPIError) -> None:
        kind = type(error).__name__
        self._look(kind, f"{error} {error!r} {vars(error)}")
        self._in_full += 1
        if self._in_full > _MOST_IN_FULL:
            return
        self._look(f"traceback of {kind}", "".join(traceback.format_exception(error, limit=0)))
        try:
            pickled = pickle.dumps(error)
        except (pickle.PicklingError, AttributeError, TypeError):  # it holds what only its test knows
            return
        self._look(f"pickle of {kind}", pickled.decode("latin-1"))

    def _look(self, where: str, text: str) -> None:
        part = part_in(text, self._secret, self._enough)
        if part:
            at = text.lower().find(part)
            self.leaks.append(f"{where}: {text[max(at - 80, 0) : at]}<the secret>")


def _wrap(home: Any, name: str, seen: Callable[[tuple[Any, ...], Any], None]) -> Callable[[], None]:
    """Have `seen` called with the arguments and the result of a function; gives what undoes that."""
    inner = home.__dict__[name]

    @functools.wraps(inner)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        result = inner(*args, **kwargs)
        seen(args, result)
        return result

    setattr(home, name, wrapper)
    return lambda: setattr(home, name, inner)


def _wrap_warn(seen: Callable[[str], None]) -> Callable[[], None]:
    """The same for `warnings.warn`, which names the place that called it and so has to look one frame further."""
    inner = warnings.warn

    @functools.wraps(inner)
    def warn(
        message: Any, category: type[Warning] | None = None, stacklevel: int = 1, source: Any = None, **options: Any
    ) -> None:
        seen(str(message))
        inner(message, category, max(stacklevel, 1) + 1, source, **options)

    warnings.warn = warn
    return lambda: setattr(warnings, "warn", inner)
