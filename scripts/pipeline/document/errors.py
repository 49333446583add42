"""The one error the pipeline raises for bad input: what happened, where, and what to do."""

from __future__ import annotations


class PipelineError(Exception):
    """Input that cannot be used. Nothing on disk was changed.

    ``source`` is the file or address, ``pointer`` a JSON pointer into it (empty for the whole), ``hint``
    the next thing to try.
    """

    def __init__(self, message: str, *, source: str = "", pointer: str = "", hint: str = "") -> None:
        super().__init__(message, source, pointer, hint)
        self.message = message
        self.source = source
        self.pointer = pointer
        self.hint = hint

    def __str__(self) -> str:
        where = self.source + (f"#{self.pointer}" if self.pointer else "")
        text = f"{where}: {self.message}" if where else self.message
        return f"{text}\n  what to do: {self.hint}" if self.hint else text


def pointer(*steps: str | int) -> str:
    """A JSON pointer (RFC 6901) from its steps."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


class UsageError(PipelineError):
    """Options that do not go together; the exit code is that of wrong usage."""
