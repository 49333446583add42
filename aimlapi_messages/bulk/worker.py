"""`MessagesWorker`: a run on many machines, whose rows an engine hands out. It imports no engine."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any, TypedDict, cast

from ..core.arguments import check_limit, check_whole
from ..core.config import resolve_budget
from ..core.errors import BudgetExceededError, InvalidRequestError
from ..core.json import dumps
from .folder import Folder, share_of
from .results import RunResult, errored
from .rows import Row, RowMaker


class WorkerRow(TypedDict):
    """The columns that a worker adds. None is ever null, so that every part of a table has the same types.

    text: of the answer; "" where there is none. output: the value as JSON, where the worker has an `output`.
    error: the type and the text of the failure; "" where there is none.
    usd: what it cost as far as the gateway said, to add up; to the last digit it is in `result`.
    result: all that is known, as a line of the file of `messages.run`.
    """

    custom_id: str
    text: str
    output: str
    error: str
    usd: float
    result: str


class MessagesWorker:
    """Answers a column of prompts on Ray Data (`map_batches`, in an actor pool) or Daft (`daft.cls`, and its `ask`).

    Many calls are in flight in each worker. A row that fails is a row with an `error`; what concerns the account as a
    whole, such as a wrong key, is raised. The key is read from the environment of each machine.
    Copies with the same arguments in one process are one worker. Of what is for the whole job each gets its share.

    workers: how many there are, at most. in_flight, budget_usd, requests_per_minute, tokens_per_minute: as of
        `messages.run`, for all of them together.
    column: of the prompts: strings, or structs of the arguments of `messages.create`, without what is null. A column
        `custom_id` names the rows; else equal rows have the same name.
    journal: a folder that all machines share. Each worker appends its results to a file of its own there, of the format
        of `messages.run`. What is in the folder is not sent again, by whichever worker, unless it failed and
        `retry_failed` is true. What a worker had in flight when it was killed is sent again, beyond the budget.
        Without a journal, an engine sends again all of the rows that it had handed to a worker that died, and a new one
        has a whole share of the budget.
    client: the arguments of AsyncAIMLAPI. options: the arguments of all rows, as of `messages.run`.
    Raises InvalidRequestError, ConfigurationError and MissingKeyError for what cannot be used.
    """

    def __init__(
        self,
        *,
        workers: int = 1,
        column: str = "prompt",
        journal: str | None = None,
        in_flight: int = 256,
        budget_usd: Decimal | float | str | None = None,
        requests_per_minute: float | None = None,
        tokens_per_minute: float | None = None,
        retry_failed: bool = False,
        client: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        from .. import AsyncAIMLAPI  # noqa: PLC0415 (it is above this folder)

        for name, number in (("workers", workers), ("in_flight", in_flight)):
            check_whole(name, number, InvalidRequestError, least=1)
        rates = {"requests_per_minute": requests_per_minute, "tokens_per_minute": tokens_per_minute}
        for name, rate in rates.items():
            check_limit(name, rate, InvalidRequestError)
        self._client, self._column, self._options = AsyncAIMLAPI(**(client or {})), column, options
        self._pace: dict[str, Any] = {name: rate and rate / workers for name, rate in rates.items()}
        self._pace["in_flight"] = max(in_flight // workers, 1)
        self._job = journal, workers, resolve_budget(budget_usd), retry_failed
        same = repr((self._job, *map(sorted, (self._pace.items(), options.items(), (client or {}).items()))))
        self._same = hashlib.sha256(same.encode()).digest()

    async def __call__(self, batch: Any) -> AsyncIterator[dict[str, Any]]:
        """Answer a batch of Ray Data: its columns, and those of `WorkerRow`."""
        columns = {name: batch[name] for name in getattr(batch, "column_names", batch)}
        prompts = _plain(columns[self._column])
        names = _plain(columns["custom_id"]) if "custom_id" in columns else [None] * len(prompts)
        rows: list[dict[str, Any]] = await asyncio.gather(*map(cast("Any", self.ask), prompts, names))
        yield {**columns, **{name: [row[name] for row in rows] for name in WorkerRow.__annotations__}}

    async def ask(self, prompt: Any, custom_id: Any = None) -> WorkerRow:
        """Answer one row, a struct of Daft. Both arguments may be columns."""
        run = _RUNS.get(self._same)
        if run is None or run.loop is not asyncio.get_running_loop():
            for same, one in list(_RUNS.items()):
                if one.journal is not None and one.journal == self._job[0] and not one.waiting:
                    _RUNS.pop(same).close()
            run = _RUNS[self._same] = _Run(self._client, self._job, self._pace, **self._options)
        given = _plain(prompt)
        params = cast("Any", given) if isinstance(given, Mapping) else {"messages": given}
        name = "" if custom_id is None else str(custom_id)
        result = await run.ask({"custom_id": name if name.strip() else None, "params": params})
        line, message, error = result.to_dict(), result.message, result.error
        return {
            "custom_id": result.custom_id,
            "text": message.text if message else "",
            "output": dumps(line["output"]).decode() if "output" in line else "",
            "error": f"{error.type}: {error.message}" if error else "",
            "usd": float(result.cost.usd) if result.cost else 0.0,
            "result": dumps(line).decode(),
        }


class _Run:
    """What the copies of a worker in a process share: the journal, and a run that only its budget or an error ends.

    waiting: the rows that are on their way, by the name that they have in the run, and who waits for them.
    """

    def __init__(self, client: Any, job: tuple[Any, ...], pace: Mapping[str, Any], output: Any = None, **options: Any):
        self.journal, workers, budget, retry_failed = job
        folder = None if self.journal is None else Folder(self.journal, workers, budget, retry_failed=retry_failed)
        self._folder = folder
        share = folder.budget if folder else None if budget is None else share_of(budget, workers)
        self.loop = asyncio.get_running_loop()
        self.waiting: dict[str, tuple[Row, asyncio.Future[RunResult[Any]]]] = {}
        self._maker, self._rows = RowMaker(options, output), asyncio.Queue[dict[str, Any]]()
        self._end: Exception | None = None
        results = client.messages.map(self._given(), budget_usd=share, output=output, **pace, **options)
        self._task = self.loop.create_task(self._hand_out(results))

    async def ask(self, given: dict[str, Any]) -> RunResult[Any]:
        row = self._maker.make(given)
        found = self._folder.find(row) if self._folder else None
        if found is not None:
            return found
        future: asyncio.Future[RunResult[Any]] = self.loop.create_future()
        self.waiting[str(row.index)] = row, future
        self._rows.put_nowait({**given, "custom_id": str(row.index)})
        if self._end is not None:
            self._refuse(self._end)
        return await future

    def close(self) -> None:
        """End it, so that the next one finds what it has left in the journal."""
        with suppress(RuntimeError):  # its loop has ended, and it as well
            self.loop.call_soon_threadsafe(self._task.cancel)
        if self._folder:
            self._folder.close()

    async def _given(self) -> AsyncIterator[dict[str, Any]]:
        while True:
            yield await self._rows.get()

    async def _hand_out(self, results: AsyncIterator[RunResult[Any]]) -> None:
        try:
            async for result in results:
                row, future = self.waiting.pop(result.custom_id)
                result.custom_id = row.result.custom_id
                if self._folder:
                    self._folder.add(result)
                if not future.done():
                    future.set_result(result)
        except Exception as error:
            self._end = error
            self._refuse(error)

    def _refuse(self, error: Exception) -> None:
        """Nothing is sent any more."""
        for row, future in self.waiting.values():
            if future.done():
                continue
            if isinstance(error, BudgetExceededError):
                row.result.result = errored(error)
                future.set_result(row.result)
            else:
                future.set_exception(error)
        self.waiting.clear()


# Of this process: by the arguments of the worker.
_RUNS: dict[bytes, _Run] = {}


def _plain(value: Any) -> Any:
    """A value of numpy, pandas or Arrow as JSON has it. What is null in a struct was not given."""
    convert = getattr(value, "to_pylist", getattr(value, "tolist", None))
    value = convert() if convert else value
    if isinstance(value, Mapping):
        members = cast("Mapping[str, Any]", value)
        return {name: _plain(member) for name, member in members.items() if member is not None}
    return [_plain(one) for one in cast("list[Any]", value)] if isinstance(value, (list, tuple)) else value
