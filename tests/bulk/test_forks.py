"""A process that is forked amid a run leaves the run, its file and its notes to its parent."""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from aimlapi_messages import AIMLAPI, StreamError

from ..support.processes import in_another_process, main
from ..support.wire import KEY, MODEL
from .serving import Server, needs_the_document, rows

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork"),
    needs_the_document,
]

NAMES = [f"row-{number}" for number in range(30)]
OPTIONS: dict[str, Any] = {"model": MODEL, "in_flight": 4}


class Slow(Server):
    """Whose answers take so long that some are always on their way."""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        time.sleep(0.02)
        return super().__call__(request)


def client_of(server: Server) -> AIMLAPI:
    return AIMLAPI(api_key=KEY, http_client=httpx.Client(transport=httpx.MockTransport(server)))


def fork() -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 and later: about threads
        return os.fork()


def ended(child: int) -> None:
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


# --- what runs in another process


def in_a_child(child: Callable[[], object], path: str) -> None:
    """A child is forked amid a run, and does this in its hook."""
    server, children = Slow(), list[int]()

    def fork_once(progress: Any) -> None:
        if not children and progress.in_flight and progress.done:
            children.append(fork())
            if not children[0]:
                child()

    try:
        report = client_of(server).messages.run(rows(*NAMES), path, progress=fork_once, **OPTIONS)
    except (StreamError, SystemExit):
        if children[0]:  # the parent goes on
            raise
        os._exit(0)
    ended(children[0])
    assert report.succeeded == len(NAMES)
    assert dict(server.asked) == dict.fromkeys(NAMES, 1)
    assert sorted(json.loads(line)["custom_id"] for line in Path(path).read_bytes().splitlines()) == sorted(NAMES)
    assert not Path(f"{path}.sending").exists()


def going_on(path: str) -> None:
    """The child goes on with the run."""
    in_a_child(lambda: None, path)


def leaving(path: str) -> None:
    """The child leaves it, by what ends the program."""
    in_a_child(sys.exit, path)


def mapping(_: str) -> None:
    """The child goes on with the iterator."""
    server, found, child = Slow(), list[str](), -1
    try:
        for result in client_of(server).messages.map(rows(*NAMES), **OPTIONS):
            found.append(result.custom_id)
            if len(found) == 5:
                child = fork()
    except StreamError:
        if child:
            raise
        os._exit(0)
    ended(child)
    assert sorted(found) == sorted(NAMES)
    assert dict(server.asked) == dict.fromkeys(NAMES, 1)


def outliving(path: str) -> None:
    """The child lives on, beside the next run of its parent on the same file."""
    server, children = Slow(), list[int]()
    end, alive = os.pipe()

    def fork_once(progress: Any) -> None:
        if not children:
            children.append(fork())
            if not children[0]:
                os.close(alive)
                os.read(end, 1)  # until its parent has closed the other end
                os._exit(0)

    client = client_of(server)
    client.messages.run(rows(*NAMES), path, progress=fork_once, **OPTIONS)
    assert client.messages.run(rows(*NAMES, "another"), path, **OPTIONS).succeeded == len(NAMES) + 1
    os.close(alive)
    ended(children[0])
    os.close(end)


# --- the tests

KINDS = {one.__name__: one for one in (going_on, leaving, mapping, outliving)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_is_its_parents(kind: str, tmp_path: Path) -> None:
    """Whose rows are each sent once and written once, whatever the child does."""
    in_another_process(__name__, kind, str(tmp_path / "out.jsonl"))


if __name__ == "__main__":
    main(KINDS)
