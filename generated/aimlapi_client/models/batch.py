from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..errors import DecodeError
from ..types import (
    NO_NULLS,
    Answer,
    Kinds,
    as_it_came,
    check,
    date_time,
    encode,
    model,
    nulls_of,
)

if TYPE_CHECKING:
    from ..models.request_counts import RequestCounts

_archived_at = date_time
_cancel_initiated_at = date_time
_created_at = date_time
_ended_at = date_time
_expires_at = date_time
_request_counts = model("RequestCounts")

_KINDS: Final[Kinds] = {
    "id": (str,),
    "processing_status": (str,),
    "type": (str,),
    "archived_at": (datetime.datetime, type(None)),
    "cancel_initiated_at": (datetime.datetime, type(None)),
    "created_at": (datetime.datetime, type(None)),
    "ended_at": (datetime.datetime, type(None)),
    "expires_at": (datetime.datetime, type(None)),
    "request_counts": (Answer, type(None)),
    "results_url": (str, type(None)),
    "status": (str, type(None)),
}


@_attrs_define(kw_only=True)
class Batch(Answer):
    """A batch and how far it has come.

    Attributes:
        id: Without a fixed form; the prefix msgbatch_ is no longer used.
        processing_status: State of a batch in Anthropic's words.
        archived_at: When the results went away.
        expires_at: 24 hours after the creation.
        request_counts: How many requests of a batch are in which state.
        results_url: Null on record; results come from the look-up.
        status: The gateway's own word, seen as cancelled once a cancel was asked for."""

    id: str
    processing_status: Literal["canceling", "ended", "in_progress"] | str
    type: Literal["message_batch"] = "message_batch"
    archived_at: datetime.datetime | None = None
    cancel_initiated_at: datetime.datetime | None = None
    created_at: datetime.datetime | None = None
    ended_at: datetime.datetime | None = None
    expires_at: datetime.datetime | None = None
    request_counts: RequestCounts | None = None
    results_url: None | str = None
    status: str | None = None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict[str, Any])
    _nulls: frozenset[str] = _attrs_field(init=False, default=NO_NULLS, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for; what was not given is left out."""
        data = dict(self.additional_properties)
        data["id"] = self.id
        data["processing_status"] = self.processing_status
        data["type"] = self.type
        if self.archived_at is not None or "archived_at" in self._nulls:
            data["archived_at"] = encode(self.archived_at)
        if self.cancel_initiated_at is not None or "cancel_initiated_at" in self._nulls:
            data["cancel_initiated_at"] = encode(self.cancel_initiated_at)
        if self.created_at is not None or "created_at" in self._nulls:
            data["created_at"] = encode(self.created_at)
        if self.ended_at is not None or "ended_at" in self._nulls:
            data["ended_at"] = encode(self.ended_at)
        if self.expires_at is not None or "expires_at" in self._nulls:
            data["expires_at"] = encode(self.expires_at)
        if self.request_counts is not None or "request_counts" in self._nulls:
            data["request_counts"] = encode(self.request_counts)
        if self.results_url is not None or "results_url" in self._nulls:
            data["results_url"] = self.results_url
        if self.status is not None or "status" in self._nulls:
            data["status"] = self.status
        return as_it_came(data, self._nulls)

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The model of a JSON object. Fields that it does not know are kept; a missing one raises `DecodeError`."""
        d = dict(src_dict)
        try:
            made = cls(
                id=d.pop("id"),
                processing_status=d.pop("processing_status"),
                type=d.pop("type"),
                archived_at=_archived_at(d.pop("archived_at", None)),
                cancel_initiated_at=_cancel_initiated_at(d.pop("cancel_initiated_at", None)),
                created_at=_created_at(d.pop("created_at", None)),
                ended_at=_ended_at(d.pop("ended_at", None)),
                expires_at=_expires_at(d.pop("expires_at", None)),
                request_counts=_request_counts(d.pop("request_counts", None)),
                results_url=d.pop("results_url", None),
                status=d.pop("status", None),
            )
        except KeyError as missing:
            raise DecodeError(cls.__name__, str(missing.args[0])) from None
        made.additional_properties = d
        if None in src_dict.values():
            made._nulls = nulls_of(src_dict)
        check(made, _KINDS)
        return made
