"""Spans and metrics that are kept in memory. Not a test."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from typing import Any

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from aimlapi_messages.integrations.otel import tracing

from ...support.deadlines import LIMIT


class Telemetry:
    """A tracer and a meter of their own, and what became of both."""

    def __init__(self) -> None:
        self.exporter, self.reader = InMemorySpanExporter(), InMemoryMetricReader()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.meters = MeterProvider([self.reader])
        self.tracer = self.tracers.get_tracer("tests")

    def hook(self, **options: Any) -> Callable[[Any], Any]:
        return tracing(tracer_provider=self.tracers, meter_provider=self.meters, **options)

    @property
    def spans(self) -> list[ReadableSpan]:
        """Those that have ended, in the order of their beginnings."""
        return sorted(self.exporter.get_finished_spans(), key=lambda span: span.start_time or 0)

    @property
    def span(self) -> ReadableSpan:
        (span,) = self.spans
        return span

    @property
    def attributes(self) -> dict[str, Any]:
        """Of the only span."""
        return dict(self.span.attributes or {})

    def points(self, name: str) -> list[Any]:
        """What a metric holds."""
        data = self.reader.get_metrics_data()
        scopes = [scope for resource in data.resource_metrics for scope in resource.scope_metrics] if data else []
        found = [metric for scope in scopes for metric in scope.metrics if metric.name == name]
        return [point for metric in found for point in metric.data.data_points]

    def everything(self) -> str:
        """All that is told, to look for what must not be."""
        data = self.reader.get_metrics_data()
        return "".join(span.to_json() for span in self.spans) + ("" if data is None else data.to_json())

    async def until(self, number: int) -> None:
        """What is dropped is told of by another thread."""
        async with asyncio.timeout(LIMIT):
            while len(self.exporter.get_finished_spans()) < number:
                gc.collect()
                await asyncio.sleep(0.001)
