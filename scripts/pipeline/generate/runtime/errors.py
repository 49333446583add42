"""Errors that the functions of `api` and the models raise."""


class UnexpectedStatus(Exception):
    """The response has a status that the document does not describe; only with ``raise_on_unexpected_status``."""

    def __init__(self, status_code: int, content: bytes) -> None:
        self.status_code = status_code
        self.content = content
        super().__init__(status_code, content)

    def __str__(self) -> str:
        return f"unexpected status {self.status_code}: {self.content[:200].decode(errors='replace')}"


class UnreadableBody(ValueError):
    """A success whose body is not what the document promises: HTML, half a body, or JSON of another kind.

    problem: what it is instead. content: the body; empty where it may hold a secret.
    """

    def __init__(self, status_code: int, content: bytes, problem: str = "") -> None:
        self.status_code = status_code
        self.content = content
        self.problem = problem
        super().__init__(status_code, content, problem)

    def __str__(self) -> str:
        shown = f": {self.content[:200].decode(errors='replace')!r}" if self.content else ""
        why = f" ({self.problem})" if self.problem else ""
        return f"status {self.status_code} with a body that cannot be read{why}{shown}"


class DecodeError(ValueError):
    """An answer is not what its model needs: it lacks a field, or holds something else there."""

    def __init__(self, model: str, field: str, problem: str = "") -> None:
        self.model = model
        self.field = field
        self.problem = problem
        super().__init__(model, field, problem)

    def __str__(self) -> str:
        if not self.problem:
            return f"{self.model} lacks the field {self.field!r}"
        return f"the field {self.field!r} of {self.model} {self.problem}"


class ArgumentError(ValueError):
    """An argument that cannot be sent. Nothing was sent."""

    def __init__(self, argument: str, problem: str) -> None:
        self.argument = argument
        self.problem = problem
        super().__init__(argument, problem)

    def __str__(self) -> str:
        return f"{self.argument} {self.problem}"


__all__ = ["ArgumentError", "DecodeError", "UnexpectedStatus", "UnreadableBody"]
