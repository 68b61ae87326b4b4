# SPDX-License-Identifier: Apache-2.0
"""What a client tells of its calls: events, spans, log lines, and what results and errors say of attempts."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

import kinesis_video_signaling as package
from heliograph import (
    ConfigError,
    ConnectError,
    Credentials,
    DeadlineError,
    HeliographError,
    ParamError,
    ResponseError,
    TimeoutError,
    TLSError,
)
from heliograph.observing import AttemptAnswered, AttemptSent, CallEnded, CallStarted, Event, RetryScheduled
from heliograph.otel import Tracing
from heliograph.testing import Answer, AsyncFakeTransport, FakeClock, FakeTransport

CHANNEL = "arn:aws:kinesisvideo:eu-west-1:111122223333:channel/front-door/1657143000000"
PASSWORD = "turn-password-of-the-test"
SECRET = "secret-key-of-the-test"
ICE = {"IceServerList": [{"Password": PASSWORD, "Ttl": 300}]}
DOWN = Answer(503, b"{}", {"x-amzn-requestid": "r-down"})
SLOW = package.ClientLimitExceededException


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings but the test's own."""
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


@pytest.fixture(params=["sync", "async"])
def flavour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def client(flavour: str, *answers: Any, **options: Any) -> Any:
    """A client whose calls get these answers, the last one again and again; nothing waits."""
    time = FakeClock()
    kind, fake = {
        "sync": (package.Client, FakeTransport(package)),
        "async": (package.AsyncClient, AsyncFakeTransport(package)),
    }[flavour]
    settings: dict[str, Any] = {
        "region": "eu-west-1",
        "endpoint_url": "https://channel.test:8443",
        "credentials": Credentials("AKIDEXAMPLE", SECRET),
        "transport": fake.on("GetIceServerConfig", *answers, repeat=True),
        "clock": time.now,
        "monotonic": time.monotonic,
        "sleep": time.sleep if flavour == "sync" else time.sleep_async,
        "random": lambda: 1.0,
        "invocation_id": lambda: "call-1",
        **options,
    }
    return kind(**settings)


def call(made: Any, *arguments: Any) -> Any:
    """What GetIceServerConfig gives, or the error it raises."""

    async def run() -> Any:
        return await made.get_ice_server_config(CHANNEL, *arguments)

    try:
        if isinstance(made, package.AsyncClient):
            return asyncio.run(run())
        return made.get_ice_server_config(CHANNEL, *arguments)
    except HeliographError as error:
        return error


def told(event: Event) -> tuple[Any, ...]:
    """The class of an event and what it says besides what all say."""
    return (type(event), *(getattr(event, name) for name in sorted(type(event).__slots__)))


def sent(attempt: int, of: int = 3) -> tuple[Any, ...]:
    return (AttemptSent, attempt, "channel.test", of, "POST", 8443)


ENDED = (False, False)


@pytest.mark.parametrize(
    ("answers", "options", "expected"),
    [
        (
            [ICE],
            {},
            [
                (CallStarted,),
                sent(1),
                (AttemptAnswered, 1, None, None, "fake-1", 200),
                (CallEnded, 1, None, None, *ENDED, "fake-1", 200),
            ],
        ),
        (
            [SLOW, DOWN, ICE],
            {},
            [
                (CallStarted,),
                sent(1),
                (AttemptAnswered, 1, SLOW.__name__, SLOW.__name__, "fake-1", 400),
                (RetryScheduled, 1, 1.0, True),
                sent(2),
                (AttemptAnswered, 2, "KinesisVideoSignalingError", "503", "r-down", 503),
                (RetryScheduled, 2, 0.1, False),
                sent(3),
                (AttemptAnswered, 3, None, None, "fake-3", 200),
                (CallEnded, 3, None, None, *ENDED, "fake-3", 200),
            ],
        ),
        (
            [TimeoutError("late", "read")],
            {"max_attempts": 1},
            [
                (CallStarted,),
                sent(1, 1),
                (AttemptAnswered, 1, "TimeoutError", None, None, None),
                (CallEnded, 1, "TimeoutError", None, True, False, None, None),
            ],
        ),
        (
            [Answer(200, b"{")],
            {},
            [
                (CallStarted,),
                sent(1),
                (AttemptAnswered, 1, None, None, "fake-1", 200),
                (CallEnded, 1, "ResponseError", None, *ENDED, "fake-1", 200),
            ],
        ),
        (
            [SLOW],
            {"deadline": 0.5},
            [
                (CallStarted,),
                sent(1),
                (AttemptAnswered, 1, SLOW.__name__, SLOW.__name__, "fake-1", 400),
                (CallEnded, 1, "DeadlineError", None, *ENDED, "fake-1", 400),
            ],
        ),
    ],
    ids=["success", "retries", "no answer", "unreadable", "deadline"],
)
def test_events_of_a_call(
    answers: list[Any], options: dict[str, Any], expected: list[Any], flavour: str
) -> None:
    events: list[Event] = []
    call(client(flavour, *answers, on_event=events.append, **options))
    assert [told(event) for event in events] == expected
    assert {(event.call, event.service, event.operation) for event in events} == {
        ("call-1", "Kinesis Video Signaling", "GetIceServerConfig")
    }


def test_a_call_that_cannot_be_written_ends_as_it_began(flavour: str) -> None:
    events: list[Event] = []
    error = call(client(flavour, ICE, on_event=events.append), {"ClientId": 1})
    assert isinstance(error, ParamError)
    assert [told(event) for event in events] == [
        (CallStarted,),
        (CallEnded, 0, "ParamError", None, *ENDED, None, None),
    ]


def test_a_cancelled_call_ends_too() -> None:
    events: list[Event] = []

    class Silent:
        def __init__(self) -> None:
            self.asked = asyncio.Event()

        async def send(self, request: Any) -> Any:
            self.asked.set()
            await asyncio.Event().wait()

    async def run() -> None:
        transport = Silent()
        made = client("async", ICE, on_event=events.append, transport=transport)
        task = asyncio.create_task(made.get_ice_server_config(CHANNEL))
        await transport.asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert [type(event) for event in events] == [CallStarted, AttemptSent, CallEnded]
    assert told(events[-1])[2] == "CancelledError"


def test_what_a_listener_raises_is_logged_and_the_call_goes_on(
    flavour: str, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(event: Event) -> None:
        raise ValueError(PASSWORD)

    assert call(client(flavour, SLOW, ICE, on_event=broken)).to_dict() == ICE
    lines = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert lines[0] == "on_event raised ValueError at CallStarted; the call goes on"
    assert len(lines) == 7
    assert PASSWORD not in caplog.text


def test_events_are_immutable_and_hold_no_secrets(flavour: str) -> None:
    events: list[Event] = []
    call(client(flavour, SLOW, ICE, on_event=events.append))
    with pytest.raises(AttributeError, match="CallStarted is immutable"):
        events[0].call = "x"
    shown = repr(events)
    assert "attempt=2" in shown
    assert [text for text in (SECRET, PASSWORD, CHANNEL, "AKID", "Signature") if text in shown] == []


def test_an_asynchronous_listener_is_refused(flavour: str) -> None:
    async def listener(event: Event) -> None:
        pass

    with pytest.raises(ConfigError, match="on_event: it is called and not awaited"):
        client(flavour, ICE, on_event=listener)


def test_a_copy_can_have_another_listener(flavour: str) -> None:
    first: list[Event] = []
    second: list[Event] = []
    made = client(flavour, ICE, on_event=first.append)
    call(made.with_options(on_event=second.append))
    call(made.with_options(on_event=None))
    assert (len(first), len(second)) == (0, 4)


# Errors


@pytest.mark.parametrize(
    ("answers", "options", "expected"),
    [
        ([DOWN], {}, (3, True, False, "r-down")),
        ([SLOW], {"max_attempts": 1}, (1, True, False, "fake-1")),
        ([ConnectError("refused")], {}, (3, True, False, None)),
        ([package.ResourceNotFoundException], {}, (1, False, False, "fake-1")),
        ([TLSError("no")], {}, (1, False, False, None)),
        ([Answer(200, b"{")], {}, (1, False, False, "fake-1")),
        ([Answer(200, b'{"IceServerList": 1}')], {}, (1, False, False, "fake-1")),
    ],
)
def test_errors_say_why_there_was_no_other_attempt(
    answers: list[Any], options: dict[str, Any], expected: tuple[Any, ...], flavour: str
) -> None:
    error = call(client(flavour, *answers, **options))
    assert isinstance(error, HeliographError)
    assert (error.attempts, error.max_attempts_reached, error.quota_exhausted, error.request_id) == expected


def test_an_error_says_that_the_quota_was_empty(flavour: str) -> None:
    made = client(flavour, DOWN)
    made._core.quota.left = 14
    errors = [call(made), call(made)]
    assert [(error.attempts, error.max_attempts_reached, error.quota_exhausted) for error in errors] == [
        (2, False, True),
        (1, False, True),
    ]


def test_an_unreadable_answer_keeps_its_request_id(flavour: str) -> None:
    error = call(client(flavour, Answer(200, b"{")))
    assert isinstance(error, ResponseError)
    assert not isinstance(error, DeadlineError)
    assert error.request_id == "fake-1"


# Logs


def test_each_area_has_a_line(flavour: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "heliograph"):
        call(client(flavour, DOWN, ICE))
        call(client(flavour, DOWN, max_attempts=1))
    assert [
        (record.name, record.getMessage())
        for record in caplog.records
        if record.name.startswith("heliograph.")
    ] == [
        ("heliograph.auth", "Kinesis Video Signaling calls are signed; sigv4 is offered"),
        ("heliograph.http", "GetIceServerConfig attempt 1: HTTP 503, request id r-down"),
        ("heliograph.retries", "GetIceServerConfig attempt 1: the next one in 0.050 s"),
        ("heliograph.http", "GetIceServerConfig attempt 2: HTTP 200, request id fake-2"),
        ("heliograph.auth", "Kinesis Video Signaling calls are signed; sigv4 is offered"),
        ("heliograph.http", "GetIceServerConfig attempt 1: HTTP 503, request id r-down"),
        ("heliograph.retries", "GetIceServerConfig attempt 1: no other one, max_attempts_exceeded"),
    ]


CALL = f"""
import kinesis_video_signaling as package
from heliograph.testing import FakeTransport
from heliograph import Credentials
import logging
fake = FakeTransport(package).on("GetIceServerConfig", {{}})
package.Client(region="eu-west-1", credentials=Credentials("A", "B"), transport=fake).get_ice_server_config({CHANNEL!r})
assert not logging.getLogger().handlers
"""


@pytest.mark.parametrize(
    ("value", "lines"), [("debug", 2), ("DEBUG", 2), ("info", 0), ("", 0), ("everything", 0)]
)
def test_a_variable_shows_the_lines(value: str, lines: int, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "HELIOGRAPH_LOG": value,
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
    }
    done = subprocess.run(
        [sys.executable, "-c", CALL], capture_output=True, text=True, env=environment, check=True
    )
    assert len(done.stderr.splitlines()) == lines, done.stderr


# Spans


def spans(use: Callable[[Tracing], object]) -> list[dict[str, Any]]:
    """The spans that were made, the first to end first."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    use(Tracing(provider))
    return [json.loads(span.to_json()) for span in exporter.get_finished_spans()]


def test_a_call_is_a_span_and_each_attempt_one_below_it(flavour: str) -> None:
    first, second, whole = spans(lambda tracing: call(client(flavour, SLOW, ICE, on_event=tracing)))
    assert whole["name"] == "Kinesis Video Signaling/GetIceServerConfig"
    assert {each["kind"] for each in (first, second, whole)} == {"SpanKind.CLIENT"}
    assert whole["attributes"] == {
        "rpc.system": "aws-api",
        "rpc.service": "Kinesis Video Signaling",
        "rpc.method": "GetIceServerConfig",
        "http.response.status_code": 200,
        "aws.request_id": "fake-2",
    }
    assert [(event["name"], event["attributes"]) for event in whole["events"]] == [
        ("retry", {"heliograph.delay": 1.0, "heliograph.throttled": True})
    ]
    where = {"http.request.method": "POST", "server.address": "channel.test", "server.port": 8443}
    assert first["attributes"] == {
        **where,
        "http.response.status_code": 400,
        "aws.request_id": "fake-1",
        "error.type": "ClientLimitExceededException",
    }
    assert second["attributes"] == {
        **where,
        "http.request.resend_count": 1,
        "http.response.status_code": 200,
        "aws.request_id": "fake-2",
    }
    assert {first["parent_id"], second["parent_id"]} == {whole["context"]["span_id"]}
    assert (first["status"]["status_code"], whole["status"]["status_code"]) == ("ERROR", "UNSET")


def test_a_call_that_fails_is_a_span_with_an_error(flavour: str) -> None:
    *attempts, whole = spans(lambda tracing: call(client(flavour, ConnectError("refused"), on_event=tracing)))
    assert len(attempts) == 3
    assert whole["attributes"]["error.type"] == "ConnectError"
    assert whole["status"] == {"status_code": StatusCode.ERROR.name, "description": "ConnectError"}


def test_a_cancelled_attempt_is_ended_with_its_call() -> None:
    def use(tracing: Tracing) -> None:
        common: Any = ("call-1", "S", "O", 0.0)
        tracing(CallStarted(*common))
        tracing(AttemptSent(*common, attempt=1, max_attempts=3, method="POST", host="h", port=None))
        ended = {"attempts": 1, "status_code": None, "request_id": None, "error_code": None}
        flags = {"max_attempts_reached": False, "quota_exhausted": False}
        tracing(CallEnded(*common, **ended, **flags, error="CancelledError"))
        assert not tracing._calls
        assert not tracing._attempts

    attempt, whole = spans(use)
    assert attempt["status"]["status_code"] == whole["status"]["status_code"] == "ERROR"


def test_a_missing_extra_is_named() -> None:
    code = "import sys; sys.modules['opentelemetry'] = None\nimport heliograph.otel"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (
        done.stderr.splitlines()[-1]
        == "ImportError: heliograph.otel needs OpenTelemetry: pip install 'heliograph[otel]'"
    )
