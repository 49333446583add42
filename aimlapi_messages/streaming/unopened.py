"""What a stream says before it is opened: each way to use it but the right one is told that one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NoReturn


class Unopened:
    """Opened by a `with` statement of its kind, which `_opening` shows; a class defines the two methods of it."""

    __slots__ = ()
    _opening: ClassVar[str]

    if not TYPE_CHECKING:  # type checkers report it themselves

        def __getattr__(self, name: str) -> NoReturn:
            raise AttributeError(self._misused(f"has no {name!r}, for no stream is open yet"))

        def __iter__(self) -> NoReturn:
            raise TypeError(self._misused("cannot be iterated, for no stream is open yet"))

        def __await__(self) -> NoReturn:
            raise TypeError(self._misused("cannot be awaited, for no stream is open yet"))

        def __enter__(self) -> NoReturn:
            raise TypeError(self._misused("cannot be opened by `with`"))

        def __aenter__(self) -> NoReturn:
            raise TypeError(self._misused("cannot be opened by `async with`"))

        def __exit__(self, *_: object) -> None:
            """Never called, but looked for."""

        __aiter__ = __iter__
        __aexit__ = __exit__

        def _misused(self, problem: str) -> str:
            return f"{type(self).__name__!r} {problem}. Write `{self._opening}`."
