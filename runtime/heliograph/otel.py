# SPDX-License-Identifier: Apache-2.0
"""Spans of OpenTelemetry for calls and their attempts; needs ``heliograph[otel]``.

    client = KinesisVideoSignalingClient(on_event=heliograph.otel.Tracing())

A call is a span ``<service>/<operation>`` below the one that is current where it is made; each attempt is a span below
that. Attributes follow OpenTelemetry's conventions for AWS SDKs and for HTTP clients.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from ._version import __version__
from .observing import AttemptAnswered, AttemptSent, CallEnded, CallStarted, RetryScheduled

try:
    from opentelemetry import trace
except ImportError as error:
    raise ImportError("heliograph.otel needs OpenTelemetry: pip install 'heliograph[otel]'") from error

if TYPE_CHECKING:
    from .observing import Event

__all__ = ["Tracing"]


class Tracing:
    """A listener for ``on_event`` that makes spans; clients may share one.

    Arguments:
        provider: where spans go; OpenTelemetry's global provider by default.
    """

    def __init__(self, provider: trace.TracerProvider | None = None) -> None:
        self._tracer = trace.get_tracer("heliograph", __version__, provider)
        self._calls: dict[str, trace.Span] = {}
        self._attempts: dict[str, trace.Span] = {}
        self._lock = Lock()

    def __call__(self, event: Event) -> None:
        """Take one event."""
        if isinstance(event, CallStarted):
            self._start_call(event)
        elif isinstance(event, AttemptSent):
            self._start_attempt(event)
        elif isinstance(event, AttemptAnswered):
            with self._lock:
                span = self._attempts.pop(event.call, None)
            _end(span, event)
        elif isinstance(event, RetryScheduled):
            span = self._calls.get(event.call)
            if span is not None:
                span.add_event(
                    "retry", {"heliograph.delay": event.delay, "heliograph.throttled": event.throttled}
                )
        elif isinstance(event, CallEnded):
            with self._lock:
                attempt, span = self._attempts.pop(event.call, None), self._calls.pop(event.call, None)
            if attempt is not None:  # it was cancelled before its answer came
                attempt.set_status(trace.StatusCode.ERROR, event.error)
                attempt.end()
            _end(span, event)

    def _start_call(self, event: CallStarted) -> None:
        span = self._tracer.start_span(
            f"{event.service}/{event.operation}",
            kind=trace.SpanKind.CLIENT,
            attributes={
                "rpc.system": "aws-api",
                "rpc.service": event.service,
                "rpc.method": event.operation,
            },
        )
        with self._lock:
            self._calls[event.call] = span

    def _start_attempt(self, event: AttemptSent) -> None:
        parent = self._calls.get(event.call)
        if parent is None:
            return
        attributes: dict[str, str | int] = {
            "http.request.method": event.method,
            "server.address": event.host,
        }
        if event.port is not None:
            attributes["server.port"] = event.port
        if event.attempt > 1:
            attributes["http.request.resend_count"] = event.attempt - 1
        span = self._tracer.start_span(
            event.method,
            trace.set_span_in_context(parent),
            kind=trace.SpanKind.CLIENT,
            attributes=attributes,
        )
        with self._lock:
            self._attempts[event.call] = span


def _end(span: trace.Span | None, event: AttemptAnswered | CallEnded) -> None:
    if span is None:
        return
    if event.status_code is not None:
        span.set_attribute("http.response.status_code", event.status_code)
    if event.request_id is not None:
        span.set_attribute("aws.request_id", event.request_id)
    if event.error is not None:
        span.set_attribute("error.type", event.error_code or event.error)
        span.set_status(trace.StatusCode.ERROR, event.error)
    span.end()
