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
    """A success whose body is not what the document promises: HTML, half a body, or JSON of another kind."""

    def __init__(self, status_code: int, content: bytes) -> None:
        self.status_code = status_code
        self.content = content
        super().__init__(status_code, content)

    def __str__(self) -> str:
        return f"status {self.status_code} with a body that cannot be read: {self.content[:200].decode(errors='replace')!r}"


class DecodeError(ValueError):
    """A JSON object lacks a field that its model needs."""

    def __init__(self, model: str, field: str) -> None:
        self.model = model
        self.field = field
        super().__init__(model, field)

    def __str__(self) -> str:
        return f"{self.model} lacks the field {self.field!r}"


__all__ = ["DecodeError", "UnexpectedStatus", "UnreadableBody"]
