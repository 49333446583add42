"""The watch that `conftest.py` keeps over every test does find a secret, wherever it is shown."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable

import pytest

from aimlapi_messages import AIMLAPI, AIMLAPIError, ToolError

from ..support.leaks import LeakWatch

SECRET = "another-secret-than-the-key"


def in_a_log_record() -> None:
    logging.getLogger("some.package").debug("sent %s", {"x-api-key": SECRET})


def in_a_logged_error() -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("some.package").debug("failed", exc_info=True)


def in_a_message() -> None:
    AIMLAPIError(f"failed with {SECRET}")


def in_the_parts_of_an_error() -> None:
    ToolError("failed", headers={"x-api-key": SECRET})


def in_the_cause_of_an_error() -> None:
    try:
        raise AIMLAPIError("failed") from ValueError(SECRET)
    except AIMLAPIError:
        pass


def in_a_client() -> None:
    client = AIMLAPI(api_key="another-key")
    client.note = SECRET


def in_a_copy_of_a_client() -> None:
    client = AIMLAPI(api_key="another-key").with_options()
    client.note = SECRET


def in_a_warning() -> None:
    with pytest.warns(UserWarning, match="odd") as caught:
        warnings.warn(f"odd: {SECRET}", stacklevel=1)
    assert caught[0].filename == __file__


LEAKS: list[Callable[[], None]] = [
    in_a_log_record,
    in_a_logged_error,
    in_a_message,
    in_the_parts_of_an_error,
    in_the_cause_of_an_error,
    in_a_client,
    in_a_copy_of_a_client,
    in_a_warning,
]


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_is_found(leak: Callable[[], None]) -> None:
    """And what is noted of it does not show the secret again."""
    watch = LeakWatch(SECRET)
    with watch.kept():
        leak()
    assert watch.leaks
    assert SECRET not in str(watch.leaks)


def test_what_is_no_leak_is_not_found() -> None:
    """An ordinary error, client and log record."""
    watch = LeakWatch(SECRET)
    with watch.kept():
        AIMLAPI(api_key=SECRET).with_options(max_retries=3)
        AIMLAPIError("failed", body="no")
        logging.getLogger("some.package").warning("all is well")
    assert not watch.leaks


def test_the_watch_changes_nothing_that_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Other handlers see what they would have seen."""
    logging.getLogger("some.package").debug("unseen")
    logging.getLogger("some.package").warning("seen")
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("some.package").debug("asked for")
    logging.getLogger("some.package").debug("unseen again")
    assert caplog.messages == ["seen", "asked for"]
