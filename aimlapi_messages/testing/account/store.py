"""SQLite storage of balance, logs, keys and batches, in a file that survives a restart or in one that nobody else sees.

Amounts are in credits, times in seconds of the emulator's own clock.
"""

from __future__ import annotations

import gc
import re
import sqlite3
import weakref
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

_SCHEMA = """
create table if not exists meta (name text primary key, value integer not null);
create table if not exists transactions (
    id integer primary key, time real not null, direction text not null, type text not null,
    credits integer not null, model text, reference_id text);
create table if not exists logs (
    id integer primary key, time real not null, status text not null, model text not null,
    credits integer not null, input integer not null, output integer not null, request_id text,
    inference_id text not null, client_request_id text, key_prefix text not null);
create index if not exists logs_by_key on logs (key_prefix, time);
create table if not exists keys (
    id integer primary key, prefix text not null unique, digest text not null, settings text not null,
    deleted integer not null default 0, created real not null, updated real not null);
create table if not exists batches (
    id text primary key, key_prefix text not null, created real not null, cancelled real, ended real,
    polls integer not null default 0, done integer not null default 0, switches text not null);
create table if not exists items (
    batch text not null, position integer not null, custom_id text not null, params text not null, result text,
    primary key (batch, position));
"""
_TABLES = ("meta", "transactions", "logs", "keys", "batches", "items")

# SQLite keeps UTF-8, which has no form for half of a surrogate pair.
_HALF_OF_A_PAIR = re.compile("[\ud800-\udfff]")

Row = Mapping[str, Any]


class Store:
    """The tables of one emulator, which has its file alone: two would each overwrite what the other has charged.

    Thread-safe. Raises ValueError for a file that is not a database, or that another emulator has open.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self._path = path
        self._lock = RLock()
        self._open: sqlite3.Connection | None = None
        self._finalizer: weakref.finalize[..., Store] | None = None
        _ = self._database

    @property
    def _database(self) -> sqlite3.Connection:
        """The connection, opened when it is needed."""
        with self._lock:
            if self._open is None:
                self._open = _connect(self._path)
                self._finalizer = weakref.finalize(self, self._open.close)
            return self._open

    def release(self) -> None:
        """Close the file, so that another emulator can have it. What has no file of its own is kept."""
        with self._lock:
            if self._path is not None and self._finalizer is not None:
                self._finalizer()
                self._open = self._finalizer = None

    def clear(self) -> None:
        """Delete all rows."""
        with self.transaction():
            for table in _TABLES:
                self._database.execute(f"delete from {table}")

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Run the block in one transaction, that of the caller if there is one."""
        with self._lock:
            if self._database.in_transaction:
                yield
                return
            with self._database:
                self._database.execute("begin")
                yield

    def number(self, name: str) -> int:
        """A named number, initially 0."""
        return self.count("meta where name = ?", name, what="sum(value)")

    def put(self, table: str, **values: Any) -> None:
        """Insert a row, replacing one with the same key."""
        self.put_all(table, tuple(values), [tuple(values.values())])

    def put_all(self, table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows, given the names of their columns."""
        marks = ", ".join("?" * len(names))
        with self._lock:
            self._database.executemany(
                f"insert or replace into {table} ({', '.join(names)}) values ({marks})", map(_storable, rows)
            )

    def update(self, table: str, row: Row, **values: Any) -> Row:
        """Update a row and return it with its new values."""
        changes = ", ".join(f"{name} = ?" for name in values)
        with self._lock:
            self._database.execute(
                f"update {table} set {changes} where id = ?", _storable([*values.values(), row["id"]])
            )
        return {**row, **values}

    def one(self, query: str, *values: Any) -> Row | None:
        """The first row, or None."""
        return next(iter(self.all(f"{query} limit 1", *values)), None)

    def count(self, condition: str, *values: Any, what: str = "count(*)") -> int:
        """The number of rows, or another aggregate; `condition` is a table and an optional where clause."""
        return int(self.all(f"select coalesce({what}, 0) as total from {condition}", *values)[0]["total"])

    def all(self, query: str, *values: Any) -> list[Row]:
        with self._lock:
            return [dict(row) for row in self._database.execute(query, _storable(values))]

    def iterate(self, query: str, *values: Any) -> Iterator[Row]:
        """Yield rows, read 500 at a time. A limit and an offset are appended to `query`."""
        offset = 0
        while rows := self.all(f"{query} limit 500 offset {offset}", *values):
            yield from rows
            offset += len(rows)


def _connect(path: str | Path | None) -> sqlite3.Connection:
    """A connection that locks its file until it is closed or the process ends. Raises ValueError."""
    try:
        return _connect_now(path)
    except BlockingIOError:
        gc.collect()  # an application that nobody has any more may be waiting to be freed
    try:
        return _connect_now(path)
    except BlockingIOError as error:
        problem = f"{path} is in use by another emulator. Stop that one, or give each a database of its own."
        raise ValueError(problem) from error.__cause__


def _connect_now(path: str | Path | None) -> sqlite3.Connection:
    """Raises BlockingIOError if another connection has the file, and ValueError for one that cannot be used."""
    database: sqlite3.Connection | None = None
    try:
        # Without a name, SQLite uses a temporary file as soon as it is worth it, and memory stays small.
        database = sqlite3.connect("" if path is None else path, timeout=0, check_same_thread=False)
        database.row_factory = sqlite3.Row
        database.isolation_level = None  # autocommit, except in `transaction`
        # Survives a crash of the process, but not a loss of power.
        database.execute("pragma synchronous = off")
        database.execute("pragma locking_mode = exclusive")
        database.execute(f"pragma journal_mode = {'memory' if path is None else 'wal'}")
        database.executescript(_SCHEMA)
        database.execute("begin immediate")
        database.execute("commit")
    except sqlite3.Error as error:
        if database is not None:
            database.close()
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise BlockingIOError from error
        raise ValueError(f"{path} cannot be used as the emulator's database: {error}.") from error
    return database


def _storable(values: Sequence[Any]) -> list[Any]:
    return [_HALF_OF_A_PAIR.sub("\ufffd", value) if isinstance(value, str) else value for value in values]
