"""The file of a run's results, and the notes of what is on its way. Appended to, each line in one write.

A kill loses nothing that is finished: a result is in the file before anything else is done about it. Before a request
goes out, it is noted in a second file beside the first, so that after a kill it is known which may have been paid.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from io import FileIO
from itertools import takewhile
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO, Final

from ..core.errors import ConfigurationError
from ..core.json import dumps, is_object, loads
from ..transport.homes import home, is_here
from .names import Names, hash_of
from .results import RunResult, T

# Of each line, so that no half line of another file is cut off.
_BEGINNING: Final = b'{"custom_id":'
# So many notes that say nothing any more may stand in their file before it is written anew.
_MOST_OLD_NOTES: Final = 2_000


class File(FileIO):
    """A file that is appended to. Closed once, at the latest with the last use of it, wherever that is interrupted."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "a+")

    def __del__(self) -> None:
        self.close()

    def append(self, data: bytes) -> None:
        """Write what belongs together."""
        while data:  # a disk that is full takes a part, and says so of the rest
            data = data[self.write(data) :]


class Journal:
    """The file of one run, which holds it alone until `close()`.

    path: of the file. The notes are in `path` + ".sending", which is gone after a run that has come to its end.
    run: stands at the beginning of the ids of this run's requests.
    notes: of each request that is on its way, by its name, a line for each call. left: those that earlier runs left.
    stopped_at: when the last of those ended, or before, as `time.time()` says it.
    Raises ConfigurationError when another run holds the file, OSError when it cannot be opened.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path: Path = Path(path)
        self._notes_path = Path(f"{os.fspath(path)}.sending")
        self.run: str = token_hex(6)
        self.notes: dict[str, bytes] = {}
        self.left: dict[str, list[dict[str, Any]]] = {}
        self.stopped_at: float = 0.0
        self._notes_file: File | None = None
        self._unwritten: list[bytes] = []
        self._old, self._home = 0, home()
        self._file = File(self.path)
        try:
            lock(self._file.fileno(), self.path)
            if self._notes_path.exists():
                self.stopped_at = max(self._notes_path.stat().st_mtime, self.path.stat().st_mtime)
                for line in self._notes_path.read_bytes().splitlines():
                    note = line_of(line)
                    if note is not None:  # a request whose note is half was not sent
                        self.left.setdefault(note["custom_id"], []).append(note)
                        self._keep(note["custom_id"], line + b"\n")
        except BaseException:
            self._file.close()
            raise

    def lines(self) -> Iterator[dict[str, Any]]:
        """The lines of earlier runs, to be read before anything is written. A half last line is cut off.

        Raises ConfigurationError for a line that is none of a run.
        """
        end = self._file.seek(0)
        with open(self._file.fileno(), "rb", closefd=False) as file:
            for line_end, line in lines_of(file, self.path):
                yield line
                end = line_end
            self._file.truncate(end)
            file.seek(max(end - 1, 0))
            if file.read() not in (b"", b"\n"):
                self._file.append(b"\n")
        self._compact()

    def note(self, name: str, **members: Any) -> None:
        """Note that a request of this name goes out, when `write_notes` has been called."""
        line = dumps({"custom_id": name, **members}) + b"\n"
        self._keep(name, line)
        self._unwritten.append(line)

    def write_notes(self) -> None:
        """Write what was noted, all of it at once."""
        if self._unwritten:
            assert self._notes_file is not None
            try:
                self._notes_file.append(b"".join(self._unwritten))
            except BaseException:
                self._unwritten.insert(0, b"\n")  # after the half line that may be there
                raise
            self._unwritten.clear()

    def _keep(self, name: str, line: bytes) -> None:
        self.notes[name] = self.notes.get(name, b"") + line

    def forget(self, name: str) -> None:
        """What was noted of this name says nothing any more: it cost nothing, or its result is written."""
        self._old += self.notes.pop(name, b"").count(b"\n")
        if self._old > _MOST_OLD_NOTES + 8 * len(self.notes) and self._notes_file is not None:
            self._compact()

    def write(self, line: bytes) -> None:
        """Append a result."""
        self._file.append(line + b"\n")

    def close(self) -> None:
        """Let go of the file. The notes go too, unless they still say something, or are the parent's."""
        is_ours = is_here(self._home)
        try:
            if is_ours and self._notes_file is not None:
                self._compact().close()
                if not self.notes:
                    self._notes_path.unlink()
            if is_ours:
                os.fsync(self._file.fileno())
        finally:
            if is_ours:
                unlock(self._file.fileno())
            self._file.close()

    def _compact(self) -> File:
        """Write the notes anew that still say something, in one step."""
        new = Path(f"{self._notes_path}.new")
        new.write_bytes(b"".join(self.notes.values()))
        self._unwritten.clear()  # they are among them
        if self._notes_file is not None:
            self._notes_file.close()
        os.replace(new, self._notes_path)
        self._notes_file, self._old = File(self._notes_path), 0
        return self._notes_file


def read_results(path: str | os.PathLike[str], *, output: type[T] | None = None) -> Iterator[RunResult[T]]:
    """The results in the file of a run, one after the other, also while the run goes on.

    output: the type of the values, as the run was told; without it they are plain JSON.
    Of a request that was sent again the last line counts. Memory holds one result at a time.
    Raises ConfigurationError for a line that is none of a run, OSError for a file that cannot be read.
    """
    codec = None
    if output is not None:
        from ..schema.annotations import codec_of  # noqa: PLC0415 (loads what reads annotations)

        codec = codec_of(output, where="output")
    latest, last = Names(), 0
    with open(path, "rb") as file:
        for last, line in lines_of(file, path):
            latest[hash_of(line["custom_id"])] = last, 0
        file.seek(0)
        for end, line in takewhile(lambda one: one[0] <= last, lines_of(file, path)):
            if latest[hash_of(line["custom_id"])][0] == end:
                result = RunResult[T].from_dict(line)
                if codec is not None and result.output is not None:
                    result.output = codec.convert(result.output, "output")
                yield result


def lines_of(file: BinaryIO, path: str | os.PathLike[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The results in a file from its beginning, each with the place of its end, without half a line at the end.

    Raises ConfigurationError for a line that is none of a run.
    """
    end = 0
    for number, text in enumerate(file, 1):
        line, end = line_of(text, "result"), end + len(text)
        if line is not None:
            yield end, line
        elif text.endswith(b"\n") or not _BEGINNING.startswith(text[: len(_BEGINNING)]):
            raise ConfigurationError(
                f"Line {number:,} of {os.fspath(path)} is no line of a run. Give another file, or mend that line."
            )


def line_of(text: bytes, *members: str) -> dict[str, Any] | None:
    """The object of a line, which has a name and these objects; None where it is none."""
    try:
        value = loads(text, most=sys.maxsize)
    except ValueError:
        return None
    is_line = is_object(value) and isinstance(value.get("custom_id"), str)
    return value if is_line and all(is_object(value.get(one)) for one in members) else None


def lock(file: int, path: Path, *, shared: bool = False) -> None:
    """Hold a file until it is closed, alone or with others. Raises ConfigurationError for one that is held."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 (of Windows alone)

            os.lseek(file, 2**62, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
            os.lseek(file, 0, os.SEEK_SET)
        else:
            import fcntl  # noqa: PLC0415 (of other systems)

            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError as error:
        raise ConfigurationError(f"Another run holds {path}. Wait for its end, or give another file.") from error


def unlock(file: int) -> None:
    """Let go of a file that is about to be closed: a child that was forked meanwhile would hold it on."""
    if sys.platform != "win32":
        import fcntl  # noqa: PLC0415 (of other systems)

        fcntl.flock(file, fcntl.LOCK_UN)
