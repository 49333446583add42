"""Keeps what callers give out of the frames of errors.

Whoever reports an error may report the variables of its frames too. Headers and queries are among them, which may hold
secrets.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import CO_VARKEYWORDS, iscoroutinefunction, isfunction
from traceback import clear_frames
from typing import Any, Final, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


def hiding_arguments(function: Callable[P, R]) -> Callable[P, R]:
    """A function whose arguments no frame shows of what it raises."""
    if iscoroutinefunction(function):

        @wraps(function)
        async def hiding_later(*args: P.args, **kwargs: P.kwargs) -> Any:
            try:
                return await function(*args, **kwargs)
            except BaseException as error:
                clear_frames(error.__traceback__)
                del args, kwargs
                raise

        return cast("Callable[P, R]", hiding_later)

    @wraps(function)
    def hiding(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except BaseException as error:  # a signal may come at any time
            clear_frames(error.__traceback__)
            del args, kwargs
            raise

    return hiding


def hiding_options(owner: type[T]) -> type[T]:
    """The same class, of which each method that takes options hides its arguments."""
    for name, method in list(vars(owner).items()):
        if isfunction(method) and method.__code__.co_flags & CO_VARKEYWORDS:
            setattr(owner, name, hiding_arguments(method))
    return owner


__all__: Final = ["hiding_arguments", "hiding_options"]
