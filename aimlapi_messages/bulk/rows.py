"""The input of a run: files of JSON Lines and CSV, and iterables, a row at a time; and the request of each."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import sys
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping, Sized
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from string import Formatter
from typing import Any, Final, Self, TypeAlias, cast

from attrs import field as attrs_field, frozen

from aimlapi_client.operation import HTTPRequest

from ..core.arguments import dump_model
from ..core.errors import AIMLAPIError, APIError, InvalidRequestError
from ..core.json import is_utf8, loads
from ..core.reply import ReplyHead
from ..core.spending import Load
from ..message.message import Message
from ..message.request import DEFAULT_MAX_TOKENS, DEFAULT_OUTPUT_RETRIES
from ..streaming.create import CreateMessage, message_operation
from ..tools.output import OutputRun
from .names import hash_of
from .results import RunResult

# An example of each kind of row, for errors.
_GIVE: Final = 'Give a string, or an object such as {"custom_id": "1", "params": {"messages": "Hi"}}'


# What a run takes: the path of a file, or rows, each a string or an object.
RowsInput: TypeAlias = "str | os.PathLike[str] | Iterable[Any] | AsyncIterable[Any]"


def open_rows(requests: RowsInput) -> Iterator[Any] | AsyncIterator[Any]:
    """The rows of an input; those of a file are read as they are asked for.

    Raises InvalidRequestError for what is no input; while it is read, for what is no row, with the file and its line.
    """
    kind = type(requests).__name__
    if isinstance(requests, (str, os.PathLike)):
        path = Path(requests)
        if not path.is_file():
            raise InvalidRequestError(f"There is no file {str(path)[:200]!r}. Give the path of one, or a list of rows.")
        return _csv(path) if path.suffix.lower() == ".csv" else _json_lines(path)
    if isinstance(requests, AsyncIterable):
        return aiter(requests)
    if isinstance(requests, (bytes, dict)) or not isinstance(cast("object", requests), Iterable):
        raise InvalidRequestError(f"requests is a {kind}. Give the path of a file, or a list or generator of rows.")
    return iter(requests)


def count_rows(requests: RowsInput) -> int | None:
    """How many rows there are, None where that is not known before they are read."""
    if not isinstance(requests, (str, os.PathLike)):
        return len(requests) if isinstance(requests, Sized) else None
    with suppress(InvalidRequestError), Path(requests).open("rb") as file:  # of which the run will tell
        if Path(requests).suffix.lower() == ".csv":
            return sum(1 for _ in _csv(Path(requests)))
        return sum(not line.isspace() for line in file)
    return None


def _json_lines(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                line.decode("utf-8-sig")
                yield loads(line, most=sys.maxsize)
            except ValueError as error:
                raise InvalidRequestError(f"Line {number:,} of {path} is not JSON ({error}). Correct it.") from None


def _csv(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        try:
            for row in reader:
                missing = next((name for name, value in row.items() if value is None), None)
                if missing is not None or None in row:
                    what = "more columns than names" if missing is None else f"no column {missing!r}"
                    raise InvalidRequestError(f"Line {reader.line_num:,} of {path} has {what}. Correct it.")
                yield row
        except (csv.Error, UnicodeDecodeError) as error:
            raise InvalidRequestError(f"Line {reader.line_num + 1:,} of {path} is not CSV ({error}).") from None


_NO_LOAD: Final = Load(0, 0)
_NO_OUTCOME: Final = cast("Any", None)


@dataclass(slots=True)
class Lost:
    """Calls whose answer was lost. Times are those of the run's clock.

    most: what they may have cost. settled_at: when the logs have all that was paid. look_at: when to ask them next.
    why: what went wrong; None for a run that was stopped.
    """

    ids: tuple[str, ...]
    most: Decimal
    settled_at: float
    look_at: float
    why: APIError | None = None


@dataclass(slots=True, eq=False)
class Row:
    """A request of a run, and what has become of it so far. Times are those of the run's clock.

    result: which has no outcome before the end. The rest of it is that of the calls so far.
    key: 64 bits of `custom_id`. has_name: whether that was given. error: why it cannot be sent.
    operation: the next call. run: asks for an `output`. load: the tokens that a call may take. model: which it asks.
    failures, overloads: calls that failed, and those that found the server overloaded.
    began: the first call. began_call, most, taken: the last one, what it may cost, and the tokens counted for it.
    body: of its answer, as it came; empty where that is no message in the gateway's own shape.
    """

    result: RunResult[Any]
    key: int
    index: int = -1
    has_name: bool = True
    error: Exception | None = None
    operation: CreateMessage | None = None
    run: OutputRun[Any] | None = None
    load: Load = _NO_LOAD
    model: str = ""
    failures: int = 0
    overloads: int = 0
    most: Decimal = Decimal(0)
    taken: float = 0.0
    body: bytes = b""
    began: float = 0.0
    began_call: float = 0.0
    lost: Lost | None = None

    @classmethod
    def of(cls, custom_id: str, hashed: str) -> Self:
        """A row of this name, and the hash of its request in hexadecimal digits."""
        return cls(RunResult(custom_id=custom_id, result=_NO_OUTCOME, request_hash=hashed), hash_of(custom_id))

    def ask(self, operation: CreateMessage | None) -> None:
        """This is the next call."""
        self.operation = operation
        if operation is not None:
            self.load, self.model = Load.of(operation.body or b"", batch=False), operation.models[0]
            options: Any = {**operation.options, "max_retries": 0}  # the run has its own
            self.operation = RowCall(
                operation.endpoint, body=operation.body, models=operation.models, options=options, row=self
            )


@frozen
class RowCall(CreateMessage):
    """A request for a message, with an id that needs no check. It keeps the bytes of the answer for the file."""

    row: Row = attrs_field(kw_only=True)

    def request(self) -> HTTPRequest:
        built = CreateMessage.request(self)
        headers = cast("dict[str, str]", built.headers)
        headers["x-client-request-id"] = str(self.row.result.client_request_id)
        return built

    def read(self, head: ReplyHead, content: bytes) -> Message:
        message = CreateMessage.read(self, head, content)
        is_plain = message.raw is not None and message.raw.get("type") == "message" and content.startswith(b"{")
        # A break between its members would end the line.
        self.row.body = content.replace(b"\n", b"").replace(b"\r", b"") if is_plain and is_utf8(content) else b""
        return message


class RowMaker:
    """Makes requests of rows.

    defaults: the arguments of `messages.create` for rows that do not say them. output: the type to ask for.
    template: makes the messages of rows that are records, such as those of CSV.
    batch: for half the price.
    """

    def __init__(
        self, defaults: Mapping[str, Any], output: Any = None, template: str | None = None, *, batch: bool = False
    ) -> None:
        self._defaults = {"model": "", "max_tokens": DEFAULT_MAX_TOKENS, **defaults}
        self._output = output
        self._batch = batch
        self._template = None if template is None else _parts(template)
        self._count = 0

    def check(self) -> None:
        """Raise what is wrong with the arguments of all rows."""
        self._operation({"messages": "-", **self._defaults, "model": self._defaults["model"] or "-"})

    def make(self, item: object) -> Row:
        """The request of a row, or a row with an error. Raises InvalidRequestError for what is no row."""
        index, self._count = self._count, self._count + 1
        name, params = self._read(item)
        operation = run = wrong = None
        try:
            operation, run = self._operation({**self._defaults, **params})
            text = operation.body or b""
        except (AIMLAPIError, TypeError) as error:
            wrong, text = error, json.dumps(params, default=repr, sort_keys=True).encode()
        digest = hashlib.sha256(text).hexdigest()
        row = Row.of(name or digest[:32], digest[:16])
        row.index, row.has_name, row.error, row.run = index, name is not None, wrong, run
        row.ask(operation)
        return row

    def reader(self, model: str) -> OutputRun[Any]:
        """What reads the value in an answer that nobody can be asked about."""
        return OutputRun("-", self._output, 0, model=model, max_tokens=1, stream=False, options={})

    def _read(self, item: object) -> tuple[str | None, Mapping[str, Any]]:
        """The name and the parameters of a row."""
        if isinstance(item, str) and self._template is None:
            return None, {"messages": item}
        place = f"Row {self._count:,}"
        members = dump_model(item)
        if not isinstance(members, Mapping):
            raise InvalidRequestError(f"{place} is a {type(item).__name__}. {_GIVE}.")
        record = cast("Mapping[str, Any]", members)
        name = record.get("custom_id")
        if name is not None and (not isinstance(name, str) or not name.strip()):
            raise InvalidRequestError(f"{place} has a custom_id that is no text. {_GIVE}.")
        if self._template is None:
            params = dump_model(record.get("params"))
            if not isinstance(params, Mapping):
                raise InvalidRequestError(f"{place} has no params, and there is no template for records. {_GIVE}.")
            return name, cast("Mapping[str, Any]", params)
        lacking = [column for _, column in self._template if column is not None and column not in record]
        if lacking:
            raise InvalidRequestError(
                f"{place} has no column {lacking[0]!r}, which the template names: {list(record)}."
            )
        return name, {"messages": "".join(f"{text}{'' if of is None else record[of]}" for text, of in self._template)}

    def _operation(self, arguments: dict[str, Any]) -> tuple[CreateMessage, OutputRun[Any] | None]:
        model, messages, most = arguments.pop("model"), arguments.pop("messages", None), arguments.pop("max_tokens")
        if messages is None:
            raise InvalidRequestError("messages is missing. Give a string, or a list of messages.")
        headers = arguments.get("extra_headers") or ()
        if "client_request_id" in arguments or "x-client-request-id" in [str(name).lower() for name in headers]:
            raise InvalidRequestError("client_request_id is of one call, and a run makes one for each. Leave it out.")
        request: dict[str, Any] = {"model": model, "max_tokens": most, "stream": False}
        if self._output is None:
            return message_operation(messages=messages, options=arguments, **request), None
        retries = 0 if self._batch else arguments.pop("output_retries", DEFAULT_OUTPUT_RETRIES)
        run = OutputRun[Any](messages, self._output, retries, options=cast("Any", arguments), **request)
        return run.next_operation(), run


def _parts(template: str) -> list[tuple[str, str | None]]:
    """A template's texts, each with the column after it."""
    try:
        found = list(Formatter().parse(template))
    except ValueError as error:
        raise InvalidRequestError(
            f"The template cannot be read ({error}). A brace that is text is {{{{ or }}}}."
        ) from None
    if any(form or how for _, _, form, how in found) or any(name == "" for _, name, _, _ in found):
        raise InvalidRequestError("The template has more than names of columns in braces. Give '... {text} ...'.")
    return [(text, name) for text, name, _, _ in found]
