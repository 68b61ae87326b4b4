# SPDX-License-Identifier: Apache-2.0
"""What ``heliograph.testing`` gives to tests of programs that use a client."""

from __future__ import annotations

import asyncio
import json
import pickle
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

import kinesis_video_signaling as package
from heliograph import (
    ConfigError,
    ConnectError,
    Credentials,
    DeadlineError,
    HeliographError,
    ParamError,
    ResponseError,
    ServiceError,
    TimeoutError,
)
from heliograph.testing import (
    Answer,
    AsyncFakeTransport,
    AsyncRecordingTransport,
    AsyncReplayTransport,
    FakeClock,
    FakeTransport,
    RecordingTransport,
    ReplayTransport,
)

ROOT = Path(__file__).resolve().parents[2]
CHANNEL = "arn:aws:kinesisvideo:eu-west-1:111122223333:channel/front-door/1657143000000"
PASSWORD = 'hush "hüsh"/hush'
ICE = {
    "IceServerList": [{"Password": PASSWORD, "Ttl": 300, "Uris": ["turn:192.0.2.1"], "Username": "user-name"}]
}
FAKES: dict[str, Any] = {"sync": FakeTransport, "async": AsyncFakeTransport}
RECORDERS: dict[str, Any] = {"sync": RecordingTransport, "async": AsyncRecordingTransport}
REPLAYERS: dict[str, Any] = {"sync": ReplayTransport, "async": AsyncReplayTransport}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings but the test's own."""
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


@pytest.fixture(params=["sync", "async"])
def flavour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def call(flavour: str, transport: Any, *arguments: Any, time: FakeClock | None = None, **options: Any) -> Any:
    """GetIceServerConfig through that transport; nothing waits."""
    time = time or FakeClock()
    settings: dict[str, Any] = {
        "region": "eu-west-1",
        "endpoint_url": "https://channel.test",
        "credentials": Credentials("AKIDEXAMPLE", "example-secret", "example-token"),
        "transport": transport,
        "clock": time.now,
        "monotonic": time.monotonic,
        "sleep": time.sleep if flavour == "sync" else time.sleep_async,
        "random": lambda: 1.0,
        **options,
    }
    if flavour == "sync":
        with package.Client(**settings) as client:
            return client.get_ice_server_config(CHANNEL, *arguments)

    async def run() -> Any:
        async with package.AsyncClient(**settings) as client:
            return await client.get_ice_server_config(CHANNEL, *arguments)

    return asyncio.run(run())


@pytest.mark.parametrize(
    "operation", ["GetIceServerConfig", "get_ice_server_config", package.Client.get_ice_server_config]
)
@pytest.mark.parametrize(
    "answer",
    [
        ICE,
        package.GetIceServerConfigResponse(
            ice_server_list=[
                package.IceServer(password=PASSWORD, ttl=300, uris=["turn:192.0.2.1"], username="user-name")
            ]
        ),
        lambda members: ICE if members == {"ChannelARN": CHANNEL} else None,
        Answer(200, json.dumps(ICE).encode(), {"Content-Type": "application/json"}),
    ],
    ids=["mapping", "class", "function", "bytes"],
)
def test_an_operation_is_answered(operation: Any, answer: Any, flavour: str) -> None:
    fake = FAKES[flavour](package).on(operation, answer)
    output = call(flavour, fake)
    assert output.to_dict() == ICE
    assert (output.response.status_code, output.response.attempts) == (200, 1)
    assert output.response.request_id == "fake-1"


def test_requests_are_built_and_signed(flavour: str) -> None:
    fake = FAKES[flavour](package).on("GetIceServerConfig", ICE)
    call(flavour, fake, {"ClientId": "viewer"})
    (sent,) = fake.requests
    assert (sent.operation, sent.method) == ("GetIceServerConfig", "POST")
    assert sent.url == "https://channel.test/v1/get-ice-server-config"
    assert json.loads(sent.body) == sent.members == {"ChannelARN": CHANNEL, "ClientId": "viewer"}
    assert sent.header("Authorization").startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/")
    assert sent.header("no-such") is None


def test_what_was_sent_does_not_show(flavour: str) -> None:
    fake = FAKES[flavour](package).on("GetIceServerConfig", ICE)
    call(flavour, fake)
    assert repr(fake.requests) == (
        "[<SentRequest GetIceServerConfig: POST https://channel.test/v1/get-ice-server-config>]"
    )
    assert repr(fake) == f"<{type(fake).__name__} of Kinesis Video Signaling, 1 requests>"
    assert repr(Answer(200, b"hush")) == "Answer(200, 4 bytes)"
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(fake.requests)


def test_no_answer_is_changed_by_whoever_gets_it(flavour: str) -> None:
    fake = FAKES[flavour](package).on("GetIceServerConfig", ICE, repeat=True)
    first = call(flavour, fake)
    first.ice_server_list.clear()
    second = call(flavour, fake)
    assert second.to_dict() == ICE
    assert (first.response.request_id, second.response.request_id) == ("fake-1", "fake-2")


def test_retries_take_one_answer_after_the_other(flavour: str) -> None:
    time = FakeClock()
    slow = package.ClientLimitExceededException("ClientLimitExceededException", "slow down", status_code=429)
    fake = FAKES[flavour](package).on("GetIceServerConfig", slow, TimeoutError("late", "read"), ICE)
    output = call(flavour, fake, time=time)
    assert output.response.attempts == 3
    assert time.sleeps == [1.0, 0.1]
    assert time.now() == datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=1.1)
    fake.assert_all_used()


@pytest.mark.parametrize(
    ("answer", "expected", "status"),
    [
        (package.ResourceNotFoundException, package.ResourceNotFoundException, 400),
        (
            package.ResourceNotFoundException("X", "gone", status_code=404),
            package.ResourceNotFoundException,
            404,
        ),
        (package.KinesisVideoSignalingError, package.KinesisVideoSignalingError, 400),
        (
            Answer(403, b'{"message": "no"}', {"x-amzn-errortype": "NotAuthorizedException"}),
            package.NotAuthorizedException,
            403,
        ),
    ],
)
def test_errors_of_the_service(answer: Any, expected: type[ServiceError], status: int, flavour: str) -> None:
    fake = FAKES[flavour](package).on("GetIceServerConfig", answer, repeat=True)
    errors = []
    for _ in range(2):
        with pytest.raises(expected) as caught:
            call(flavour, fake)
        errors.append(caught.value)
    assert type(errors[0]) is expected
    assert errors[0] is not errors[1], "an error that is raised twice would show two tracebacks as one"
    assert [error.request_id for error in errors] == ["fake-1", "fake-2"]
    assert (errors[0].operation, errors[0].status_code, errors[0].attempts) == (
        "GetIceServerConfig",
        status,
        1,
    )


def test_errors_of_the_transport(flavour: str) -> None:
    fake = FAKES[flavour](package).on("GetIceServerConfig", ConnectError("refused"), repeat=True)
    with pytest.raises(ConnectError, match="refused") as caught:
        call(flavour, fake)
    assert caught.value.attempts == len(fake.requests) == 3


def test_bytes_are_read_as_from_the_service(flavour: str) -> None:
    with pytest.raises(ResponseError):
        call(flavour, FAKES[flavour](package).on("GetIceServerConfig", Answer(200, b"{")))


def test_a_deadline_ends_a_call_in_made_time(flavour: str) -> None:
    time = FakeClock()
    fake = FAKES[flavour](package).on("GetIceServerConfig", package.ClientLimitExceededException, repeat=True)
    with pytest.raises(DeadlineError):
        call(flavour, fake, time=time, deadline=0.5)
    assert time.sleeps == []


@pytest.mark.parametrize(
    ("answers", "text"),
    [
        (
            [{"IceServers": []}],
            "IceServers: GetIceServerConfigResponse has no such member; it has IceServerList",
        ),
        ([{"IceServerList": [{"Ttl": "300"}]}], "IceServerList[0].Ttl: expected int, got str"),
        ([{"IceServerList": [{"Ttl": True}]}], "IceServerList[0].Ttl: expected int, got bool"),
        ([{"IceServerList": [{"Uris": "turn:x"}]}], "IceServerList[0].Uris: expected a list, got str"),
        ([{"IceServerList": [{"Uris": [1]}]}], "IceServerList[0].Uris[0]: expected str, got int"),
        ([{"IceServerList": {}}], "IceServerList: expected a list, got dict"),
        (
            [package.SendAlexaOfferToMasterResponse()],
            "GetIceServerConfig gives GetIceServerConfigResponse, not SendAlexaOfferToMasterResponse; "
            "give that, or a mapping by wire names",
        ),
        (
            [ICE, "ICE"],
            "GetIceServerConfig gives GetIceServerConfigResponse, not str; "
            "give that, or a mapping by wire names",
        ),
        ([ServiceError("X")], "GetIceServerConfig: Kinesis Video Signaling has no error ServiceError"),
        ([], "GetIceServerConfig: give at least one answer"),
    ],
)
def test_an_answer_that_the_model_does_not_promise_is_refused_at_once(answers: list[Any], text: str) -> None:
    with pytest.raises(ParamError) as caught:
        FakeTransport(package).on("GetIceServerConfig", *answers)
    assert str(caught.value).replace("expected GetIceServerConfigResponse or a mapping, ", "") == text


@pytest.mark.parametrize("name", ["GetIceServer", "nothing", print])
def test_an_operation_that_is_not_there_is_refused(name: Any) -> None:
    with pytest.raises(ParamError, match="Kinesis Video Signaling has no such operation"):
        FakeTransport(package).on(name, ICE)


def test_a_call_without_an_answer_says_so(flavour: str) -> None:
    fake = FAKES[flavour](package)
    with pytest.raises(AssertionError, match="GetIceServerConfig has no answer"):
        call(flavour, fake)
    fake.on("GetIceServerConfig", ICE)
    call(flavour, fake)
    with pytest.raises(AssertionError, match=r"once more than it has answers \(1\)"):
        call(flavour, fake)


def test_what_was_called_can_be_asserted(flavour: str) -> None:
    fake = FAKES[flavour](package).on("GetIceServerConfig", ICE, ICE)
    with pytest.raises(AssertionError, match="0 requests match of 0 that were sent, expected at least 1"):
        fake.assert_called("GetIceServerConfig")
    call(flavour, fake)
    fake.assert_called("get_ice_server_config", {"ChannelARN": CHANNEL}, times=1)
    fake.assert_called("SendAlexaOfferToMaster", times=0)
    with pytest.raises(AssertionError, match="1 requests match of 1 that were sent, expected 2"):
        fake.assert_called("GetIceServerConfig", times=2)
    with pytest.raises(AssertionError, match=r"these members differ: ClientId$") as caught:
        fake.assert_called("GetIceServerConfig", {"ChannelARN": CHANNEL, "ClientId": "hush"})
    assert "hush" not in str(caught.value)
    with pytest.raises(AssertionError, match=r"never asked for: {'GetIceServerConfig': 1}"):
        fake.assert_all_used()


def test_a_fake_of_the_other_flavour_is_refused(flavour: str) -> None:
    other = {"sync": AsyncFakeTransport, "async": FakeTransport}[flavour](package).on(
        "GetIceServerConfig", ICE
    )
    if flavour == "sync":
        with pytest.raises(ConfigError, match="cannot carry synchronous calls"):
            call(flavour, other)
    else:
        with pytest.raises(ConfigError, match="cannot carry asynchronous calls"):
            call(flavour, other)


def test_time_passes_as_it_is_told() -> None:
    time = FakeClock(datetime(2026, 11, 25, tzinfo=UTC))
    time.advance(2.5)
    assert (time.monotonic(), time.now().second, time.sleeps) == (2.5, 2, [])
    assert repr(time) == "<FakeClock 2026-11-25T00:00:02.500000+00:00, 0 sleeps>"
    with pytest.raises(ValueError, match="does not go back"):
        time.sleep(-1)
    with pytest.raises(ValueError, match="aware"):
        FakeClock(datetime(2026, 11, 25))


# Recordings


def recorded(
    flavour: str, path: Path, answer: Callable[[httpx.Request], httpx.Response], *arguments: Any
) -> Any:
    transport = RECORDERS[flavour](package, path, httpx.MockTransport(answer))
    return call(flavour, transport, *arguments, max_attempts=1)


def ice(request: httpx.Request) -> httpx.Response:
    headers = {
        "x-amzn-requestid": "r-1",
        "set-cookie": "hush=1",
        "x-note": PASSWORD.encode("ascii", "ignore").decode(),
    }
    return httpx.Response(200, json=ICE, headers=headers)


def test_what_was_recorded_is_replayed_without_its_secrets(flavour: str, tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    output = recorded(flavour, path, ice, {"Username": "sent-hush"})
    assert output.to_dict() == ICE, "whoever records gets the real answer"
    text = path.read_text("ascii")
    for secret in (
        "hush=1",
        "sent-hush",
        "h\\u00fcsh",
        "turn:192",
        "example-",
        "Signature",
        "user-name",
        CHANNEL,
    ):
        assert secret not in text
    replay = REPLAYERS[flavour](package, path)
    again = call(flavour, replay, {"Username": "sent-hush"})
    (server,) = again.ice_server_list
    assert {*server.password} == {*server.username} == {*server.uris[0]} == {"*"}
    assert (server.ttl, again.response.request_id) == (300, "r-1")
    replay.assert_all_used()


def test_errors_are_recorded_too(flavour: str, tmp_path: Path) -> None:
    def gone(request: httpx.Request) -> httpx.Response:
        headers = {"x-amzn-errortype": "ResourceNotFoundException"}
        return httpx.Response(404, json={"Message": "no channel"}, headers=headers)

    with pytest.raises(package.ResourceNotFoundException):
        recorded(flavour, tmp_path / "calls.json", gone)
    with pytest.raises(package.ResourceNotFoundException, match="no channel"):
        call(flavour, REPLAYERS[flavour](package, tmp_path / "calls.json"))


def test_a_call_that_differs_says_where_and_not_what(flavour: str, tmp_path: Path) -> None:
    recorded(flavour, tmp_path / "calls.json", ice, {"ClientId": "hush-1", "Username": "u"})
    replay = REPLAYERS[flavour](package, tmp_path / "calls.json")
    with pytest.raises(AssertionError) as caught:
        call(flavour, replay, {"ClientId": "hush-2", "Service": "TURN"})
    assert str(caught.value).endswith(
        "exchange 1, GetIceServerConfig: ClientId differs; Service was added; Username is missing"
    )
    with pytest.raises(AssertionError, match=r"never asked for: \['GetIceServerConfig'\]"):
        replay.assert_all_used()


def test_more_calls_than_were_recorded_say_so(flavour: str, tmp_path: Path) -> None:
    recorded(flavour, tmp_path / "calls.json", ice)
    replay = REPLAYERS[flavour](package, tmp_path / "calls.json")
    call(flavour, replay)
    with pytest.raises(AssertionError, match="GetIceServerConfig comes after the last recorded exchange"):
        call(flavour, replay)


@pytest.mark.parametrize(
    "answer",
    [
        lambda request: httpx.Response(200, content=b'{"IceServerList": [{"Password": "hush"'),
        lambda request: httpx.Response(
            200, content=b'{"IceServerList": [{"Password": "\\u0068ush"}]}', headers={"x-b": "b"}
        ),
        lambda request: httpx.Response(200, json={"IceServerList": [{"Password": 12345}]}),
    ],
    ids=["cannot be read", "in another spelling", "a number"],
)
def test_an_answer_whose_secrets_cannot_be_removed_is_not_recorded(
    answer: Callable[[httpx.Request], httpx.Response], flavour: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="nothing was recorded"):
        recorded(flavour, tmp_path / "calls.json", answer)
    assert not (tmp_path / "calls.json").exists()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (None, "cannot be read"),
        ("{", "is no recording"),
        ("[]", "is no recording"),
        ('{"heliograph_recording": 2}', "recording of version 1 is needed"),
        ('{"heliograph_recording": 1, "service": "S3"}', "holds calls of S3, not of Kinesis Video Signaling"),
    ],
)
def test_a_file_that_is_no_recording_is_refused(text: str | None, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=problem):
        ReplayTransport(package, path)


# Documentation

EXAMPLES = re.findall(r"```python\n(.*?)```", (ROOT / "docs/testing.md").read_text("utf-8"), re.DOTALL)


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) == 4


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_of_the_page_runs(example: str) -> None:
    exec(compile(example, "docs/testing.md", "exec"), {"__name__": "__main__"})  # noqa: S102  our own page


def test_errors_of_ours_are_the_base_of_all(flavour: str) -> None:
    fake = FAKES[flavour](package).on("GetIceServerConfig", lambda members: {"Nothing": 1})
    with pytest.raises(HeliographError, match="has no such member"):
        call(flavour, fake)
