"""`MessagesWorker` as an engine uses it, without the engine: batches, rows, shares, and the journal of all workers."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest

from aimlapi_messages import (
    AIMLAPIError,
    AuthenticationError,
    ConfigurationError,
    InvalidRequestError,
    MessagesWorker,
    MissingKeyError,
    WorkerRow,
    read_results,
)
from aimlapi_messages.bulk.folder import Folder
from aimlapi_messages.bulk.journal import lock
from aimlapi_messages.testing import Emulator

from ..support.contexts import CONTEXTS
from ..support.deadlines import LIMIT

MODEL = "anthropic/claude-sonnet-5"
NAMES = ("in_flight", "budget_usd", "requests_per_minute", "tokens_per_minute")

pytestmark = pytest.mark.operation("create_message")


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """It refuses what is to be refused."""
    with Emulator() as emulator:
        emulator.reply(lambda request: 400 if "refuse" in request.question else None, times=None)
        yield emulator


@pytest.fixture
def answered(emulator: Emulator) -> Callable[..., dict[str, Any]]:
    """What a worker makes of a batch. One that is made anew has the journal alone of those before it."""

    def answered(prompts: Any, names: Any = None, key: str = "any", **settings: Any) -> dict[str, Any]:
        async def one() -> dict[str, Any]:
            worker = MessagesWorker(model=MODEL, client={"base_url": emulator.base_url, "api_key": key}, **settings)
            batch = {"prompt": prompts} if names is None else {"prompt": prompts, "custom_id": names}
            (made,) = [made async for made in worker(batch)]
            return made

        return asyncio.run(one())

    return answered


@dataclass
class Array:
    """As numpy has them: of objects, which may be arrays."""

    values: list[Any]

    def tolist(self) -> list[Any]:
        return self.values


class Table:
    """As Arrow has them: with names, and columns that are no lists."""

    column_names = ("custom_id", "prompt", "other")

    def __getitem__(self, name: str) -> Column:
        return Column({"custom_id": [1, 2], "prompt": ["hello", None], "other": [0.5, None]}[name])


@dataclass
class Column:
    values: list[Any]

    def to_pylist(self) -> list[Any]:
        return self.values


def test_a_table_of_arrow_keeps_its_types(emulator: Emulator) -> None:
    """Its columns are handed back as they are, and not as lists."""

    async def main() -> dict[str, Any]:
        worker = MessagesWorker(model=MODEL, client={"base_url": emulator.base_url, "api_key": "any"})
        (made,) = [made async for made in worker(Table())]
        return made

    made = asyncio.run(main())
    assert made["other"] == Column([0.5, None])
    assert made["custom_id"] == ["1", "2"]
    assert [error.partition(":")[0] for error in made["error"]] == ["", "invalid_request_error"]


def test_a_batch_keeps_its_columns_and_gets_more(answered: Callable[..., dict[str, Any]]) -> None:
    """Each has the same type in each row, also where a row fails."""
    made = answered(["hello", "refuse it"], ["first", "second"])
    assert list(made) == ["prompt", *WorkerRow.__annotations__]
    assert made["prompt"] == ["hello", "refuse it"]
    assert made["custom_id"] == ["first", "second"]
    assert ["hello" in made["text"][0], made["text"][1]] == [True, ""]
    assert [made["error"][0], made["error"][1].partition(": ")[0]] == ["", "bad_request_error"]
    assert made["output"] == ["", ""]
    lines = [json.loads(text) for text in made["result"]]
    assert [float(line["cost"]["usd"]) if line["cost"] else 0.0 for line in lines] == made["usd"]
    assert [line["result"]["type"] for line in lines] == ["succeeded", "errored"]


@pytest.mark.parametrize(
    "prompt",
    [
        "hello",
        {"messages": "hello", "temperature": None, "system": None},
        {"messages": [{"role": "user", "content": "hello"}]},
        {"messages": Array([{"role": "user", "content": "hello", "name": None}])},
        {"messages": Array([{"role": "user", "content": Array([{"type": "text", "text": "hello"}])}]), "stop": None},
        {"messages": ({"role": "user", "content": "hello"},), "max_tokens": 100},
    ],
)
def test_a_row_is_a_prompt_or_arguments(answered: Callable[..., dict[str, Any]], prompt: Any) -> None:
    """As the engines hand them over: a struct has null for what was not given, and arrays for lists."""
    made = answered(Array([prompt]))
    assert made["error"] == [""]
    assert "hello" in made["text"][0]


@pytest.mark.parametrize("prompt", [None, 7, 0.5, {}, {"messages": None}, {"message": "hello"}])
def test_a_row_that_cannot_be_sent_is_a_row(
    answered: Callable[..., dict[str, Any]], emulator: Emulator, prompt: Any
) -> None:
    """Its error says why, and the others are answered."""
    made = answered([prompt, "hello"])
    assert made["error"][0].startswith("invalid_request_error: ")
    assert made["error"][1] == ""
    assert len(emulator.requests) == 1


def test_names_and_values(answered: Callable[..., dict[str, Any]]) -> None:
    """Names may be numbers, and one that is blank is none; values are JSON."""
    made = answered(["hello", "you", "again", "twice"], [17, "a b", None, " "], output=list[int])
    assert made["custom_id"][:2] == ["17", "a b"]
    assert [len(name) for name in made["custom_id"][2:]] == [32, 32]
    assert [type(json.loads(value)) for value in made["output"]] == [list] * 4


def test_what_is_in_the_journal_is_not_sent_again(
    answered: Callable[..., dict[str, Any]], emulator: Emulator, tmp_path: Path
) -> None:
    """By whichever worker: it gives the rows from there. What asks for something else is sent."""
    journal = str(tmp_path / "journal")
    first = answered(["hello", "refuse it"], ["1", "2"], journal=journal)
    assert len(emulator.requests) == 2
    assert answered(["refuse it", "hello"], ["2", "1"], journal=journal, workers=3)["result"] == first["result"][::-1]
    assert len(emulator.requests) == 2
    answered(["hello again", "hello"], ["1", "3"], journal=journal)
    assert len(emulator.requests) == 4
    answered(["hello"], ["1"], journal=journal, temperature=0.5)
    assert len(emulator.requests) == 5
    answered(["refuse it", "hello"], ["2", "1"], journal=journal, retry_failed=True)
    assert len(emulator.requests) == 6


_JOB = """
import asyncio, sys
from aimlapi_messages import MessagesWorker

async def main(journal, model):
    slow = {"default_headers": {"x-emulator-stream": "slow=0.05"}}
    worker = MessagesWorker(model=model, in_flight=8, journal=journal, client=slow)
    async for made in worker({"prompt": [f"hello {number}" for number in range(60)]}):
        print(*made["text"], sep="\\n")

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.slow
def test_a_process_that_is_killed_loses_nothing(emulator: Emulator, tmp_path: Path) -> None:
    """The next one sends what has no answer, and what was in flight."""
    environment = {**os.environ, "AIMLAPI_BASE_URL": emulator.base_url, "AIMLAPI_API_KEY": "any"}
    command = [sys.executable, "-W", "error", "-c", _JOB, str(tmp_path), MODEL]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as first:
        while sum(file.read_bytes().count(b"\n") for file in tmp_path.glob("*.jsonl")) < 20:
            assert first.poll() is None
        first.kill()
    (file,) = tmp_path.iterdir()
    done = re.findall(r'\\"(hello \d+)\\"', file.read_text())
    assert 20 <= len(done) < 60
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=LIMIT)
    assert [f'"hello {number}"' in text for number, text in enumerate(again.stdout.splitlines())] == [True] * 60
    sent = Counter(request.body["messages"][0]["content"] for request in emulator.requests)
    assert len(sent) == 60
    assert [prompt for prompt in done if sent[prompt] > 1] == []
    assert sent.total() <= 60 + 8


def test_the_journal_is_that_of_a_run(answered: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    """Each of its files can be read as the file of `messages.run`. A line that a kill cut off is as if it were not."""
    made = answered(["hello", "you"], ["1", "2"], journal=str(tmp_path))
    (file,) = tmp_path.iterdir()
    assert [result.to_dict() for result in read_results(file)] == [json.loads(text) for text in made["result"]]
    file.write_bytes(file.read_bytes()[:-9])
    again = answered(["hello", "you"], ["1", "2"], journal=str(tmp_path), retry_failed=True)
    assert (again["result"][0] == made["result"][0], again["text"]) == (True, made["text"])
    assert sorted(text.count("\n") for text in (one.read_text() for one in tmp_path.iterdir())) == [1, 1]


def test_copies_in_a_process_are_one_worker(emulator: Emulator, tmp_path: Path) -> None:
    """Daft makes one for each part of a table."""
    client = {"base_url": emulator.base_url, "api_key": "any"}

    async def main() -> list[WorkerRow]:
        copies = [MessagesWorker(model=MODEL, client=client, journal=str(tmp_path)) for _ in range(3)]
        return await asyncio.gather(*(copy.ask(f"hello {number}") for number, copy in enumerate(copies)))

    assert [row["error"] for row in asyncio.run(main())] == ["", "", ""]
    (file,) = tmp_path.iterdir()
    assert file.read_text().count("\n") == 3


def test_several_read_what_a_worker_has_left(
    answered: Callable[..., dict[str, Any]], emulator: Emulator, tmp_path: Path
) -> None:
    """At the same time: those that are started again all begin with it."""
    first = answered(["hello"], ["1"], journal=str(tmp_path))
    assert answered(["hello"], ["1"], journal=str(tmp_path), workers=2) == first  # in the place of the first
    (file,) = (one for one in tmp_path.iterdir() if one.stat().st_size)
    with file.open("rb") as other:
        lock(other.fileno(), file, shared=True)
        assert answered(["hello"], ["1"], journal=str(tmp_path), workers=3) == first
    assert len(emulator.requests) == 1


def test_two_jobs_in_a_process_keep_their_runs(emulator: Emulator) -> None:
    """And with them their budgets, whichever is asked in between."""
    settings: dict[str, Any] = {"client": {"base_url": emulator.base_url, "api_key": "any"}, "max_tokens": 10}

    async def main() -> list[str]:
        one = MessagesWorker(model=MODEL, budget_usd="0.0002", **settings)
        other = MessagesWorker(model=MODEL, **settings)
        return [(await worker.ask(f"hello {number}"))["error"] for number in range(4) for worker in (one, other)]

    errors = asyncio.run(main())
    assert errors[1::2] == [""] * 4
    assert errors[0] == ""
    assert errors[-2].startswith("budget_exceeded_error: ")


def test_a_budget_ends_what_is_sent_and_more_of_it_goes_on(
    answered: Callable[..., dict[str, Any]], emulator: Emulator, tmp_path: Path
) -> None:
    """Rows that it leaves out have an error, which is in no journal."""
    prompts = [f"hello {number}" for number in range(6)]
    some = answered(prompts, journal=str(tmp_path), workers=2, budget_usd="0.001", max_tokens=10)
    sent = len(emulator.requests)
    assert 0 < sent < 6
    assert sorted(error.partition(":")[0] for error in some["error"]) == [""] * sent + ["budget_exceeded_error"] * (
        6 - sent
    )
    assert sum(some["usd"]) < 0.001
    more = answered(prompts, journal=str(tmp_path), workers=2, budget_usd=1, max_tokens=10)
    assert more["error"] == [""] * 6
    assert len(emulator.requests) == 6


def test_what_concerns_the_account_is_raised(answered: Callable[..., dict[str, Any]]) -> None:
    """A million rows that say that the key is wrong help nobody."""
    with pytest.raises(AuthenticationError):
        answered(["hello", "you"], key="invalid")


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        ({"workers": 0}, InvalidRequestError, "workers is 0"),
        ({"workers": 1.5}, InvalidRequestError, "workers is 1.5"),
        ({"client": {}}, MissingKeyError, "AIMLAPI_API_KEY"),
        ({"client": {"api_key": "any", "base_url": 7}}, ConfigurationError, "base_url"),
        ({"in_flight": 0}, InvalidRequestError, "in_flight is 0"),
        ({"in_flight": "many"}, InvalidRequestError, "in_flight is a str"),
        ({"budget_usd": "much"}, ConfigurationError, "much"),
        ({"requests_per_minute": -1}, InvalidRequestError, "requests_per_minute is -1"),
    ],
)
def test_a_wrong_argument_is_named(settings: dict[str, Any], error: type[AIMLAPIError], said: str) -> None:
    """Before anything is sent."""
    with pytest.raises(error, match=said):
        asyncio.run(MessagesWorker(**{"model": MODEL, "client": {"api_key": "any"}, **settings}).ask("hello"))


@pytest.mark.parametrize(
    ("settings", "shares"),
    [
        ({}, (256, None, None, None)),
        ({"workers": 2, "in_flight": 100}, (50, None, None, None)),
        ({"workers": 3, "in_flight": 100}, (33, None, None, None)),
        ({"workers": 300}, (1, None, None, None)),
        ({"workers": 4, "requests_per_minute": 60, "tokens_per_minute": 1000}, (64, None, 15, 250)),
        ({"workers": 8, "budget_usd": "0.1"}, (32, Decimal("0.0125"), None, None)),
        ({"budget_usd": 2.5}, (256, Decimal("2.5"), None, None)),
        ({"budget_usd": 0, "workers": 2}, (128, Decimal(0), None, None)),
    ],
)
def test_each_worker_gets_its_share(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any], shares: tuple[Any, ...]
) -> None:
    """Of what is for the whole job."""
    seen: list[tuple[Any, ...]] = []

    async def mapped(messages: object, requests: Any, **options: Any) -> Any:
        seen.append(tuple(options[name] for name in NAMES))
        raise ConfigurationError("that is all")
        yield

    monkeypatch.setattr("aimlapi_messages.resources.async_messages.AsyncMessages.map", mapped)
    with pytest.raises(ConfigurationError, match="that is all"):
        asyncio.run(MessagesWorker(model=MODEL, client={"api_key": "any"}, **settings).ask("hello"))
    assert seen == [shares]


@pytest.mark.parametrize(
    ("ended", "working", "workers", "share"),
    [
        ([], [], 2, "5"),
        ([], ["5"], 2, "5"),
        (["3"], ["5"], 2, "2"),
        (["3", "3"], [], 2, "2"),
        (["3", "3"], ["2"], 2, "2"),
        (["1", "1"], ["3"], 3, "2.5"),
        ([], ["5", "5"], 2, "0"),
        (["12"], [], 2, "0"),
        ([], [], 3, "3.333333333"),
    ],
)
def test_a_share_is_of_what_others_have_left(
    tmp_path: Path, ended: list[str], working: list[str], workers: int, share: str
) -> None:
    """What ended workers have spent, and what the others may spend, of 10 dollars."""
    for number, usd in enumerate(ended):
        line = {"custom_id": str(number), "result": {"type": "errored"}, "cost": {"usd": usd}, "request_hash": "1"}
        (tmp_path / f"{number}.jsonl").write_text(json.dumps(line) + "\n")
    folders = list[Folder]()
    for usd in working:
        gone = sum(map(Decimal, [*ended, *working[: len(folders)]]))
        folders.append(Folder(str(tmp_path), 1, Decimal(usd) + gone, retry_failed=False))
    for context in CONTEXTS:  # whatever the caller's
        with localcontext(context):
            folders.append(Folder(str(tmp_path), workers, Decimal(10), retry_failed=False))
        found = folders.pop()
        assert f"{found.budget:f}" == f"{Decimal(share):.9f}"
        found.close()
    for folder in folders:
        folder.close()
