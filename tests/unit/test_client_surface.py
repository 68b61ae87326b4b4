# SPDX-License-Identifier: Apache-2.0
"""What a package promises users and tools: names, arguments, records, the untyped door, a client's life."""

from __future__ import annotations

import asyncio
import copy
import inspect
import json
import pickle
import threading
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

import heliograph
import kinesis_video_signaling as package
from heliograph import (
    ConfigError,
    Credentials,
    CredentialsError,
    HeliographError,
    ParamError,
    Timeout,
    sigv4,
)
from heliograph.generated import NoOutput
from kinesis_video_signaling.operations import OperationInfo

CHANNEL = "arn:aws:kinesisvideo:eu-west-1:111122223333:channel/front-door/1657143000000"
ENDPOINT = "https://r-1.kinesisvideo.eu-west-1.amazonaws.com"
KEYS = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "session-token")
NOW = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
ICE = {"IceServerList": [{"Password": "pw", "Ttl": 300, "Uris": ["turn:192.0.2.1"], "Username": "u"}]}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """No settings but the test's own."""
    import os

    for name in list(os.environ):
        if name.upper().startswith("AWS_") or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


class Bench:
    """A client of one flavour whose transport answers from a list, and what it sent."""

    def __init__(self, flavour: str) -> None:
        self.flavour = flavour
        self.sent: list[httpx.Request] = []
        self.answers = [httpx.Response(200, json=ICE, headers={"x-amzn-requestid": "r-1"})]

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        answer = self.answers[min(len(self.sent), len(self.answers)) - 1]
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    def client(self, **options: Any) -> Any:
        settings = {
            "region": "eu-west-1",
            "endpoint_url": ENDPOINT,
            "credentials": KEYS,
            "transport": httpx.MockTransport(self.handle),
            "clock": lambda: NOW,
            "invocation_id": lambda: "invocation-1",
            "sleep": (lambda seconds: None) if self.flavour == "sync" else _no_sleep,
            **options,
        }
        kind = package.Client if self.flavour == "sync" else package.AsyncClient
        return kind(**settings)

    def wait(self, result: Any) -> Any:
        return asyncio.run(_awaited(result)) if isinstance(result, Awaitable) else result


async def _awaited(result: Awaitable[Any]) -> Any:
    return await result


async def _no_sleep(seconds: float) -> None:
    """Nothing waits."""


@pytest.fixture(params=["sync", "async"])
def bench(request: pytest.FixtureRequest) -> Bench:
    return Bench(request.param)


# Names and records


def test_every_package_has_the_names_that_tools_use() -> None:
    assert package.Client is package.KinesisVideoSignalingClient
    assert package.AsyncClient is package.AsyncKinesisVideoSignalingClient
    assert package.ServiceError is package.KinesisVideoSignalingError
    assert issubclass(package.ServiceError, heliograph.ServiceError)
    assert package.ParamError is heliograph.ParamError
    assert package.WaiterError is heliograph.WaiterError
    assert package.EndpointError is heliograph.EndpointError
    assert package.ANONYMOUS is heliograph.ANONYMOUS
    assert package.errors.ResourceNotFoundException is package.ResourceNotFoundException
    for name in package.__all__:
        assert getattr(package, name) is not None
    assert set(package.__all__) <= set(dir(package))


ARGUMENTS = {
    "region", "profile", "endpoint_url", "credentials", "transport", "timeout", "deadline", "ca_bundle", "proxy",
    "app_id", "max_attempts", "retry_mode", "use_fips", "use_dualstack", "endpoint_params", "validate_params", "clock",
    "monotonic", "sleep", "random", "idempotency_token", "invocation_id",
}  # fmt: skip
"""Those of the contract that a service of this protocol has a use for."""


@pytest.mark.parametrize("client", [package.Client, package.AsyncClient])
def test_constructors_take_keywords_that_default_to_none(client: type) -> None:
    parameters = dict(inspect.signature(client).parameters)
    assert set(parameters) >= ARGUMENTS
    for parameter in parameters.values():
        assert (parameter.kind, parameter.default) == (parameter.KEYWORD_ONLY, None)
    with pytest.raises(TypeError, match="unexpected keyword argument"):
        client(regoin="eu-west-1")
    with pytest.raises(TypeError, match="positional"):
        client("eu-west-1")


def test_both_flavours_have_the_same_methods() -> None:
    methods = {name for name in dir(package.Client) if not name.startswith("_")} - {"close"}
    assert methods == {name for name in dir(package.AsyncClient) if not name.startswith("_")} - {"aclose"}
    for info in package.OPERATIONS.values():
        assert inspect.signature(getattr(package.Client, info.method)) == inspect.signature(
            getattr(package.AsyncClient, info.method)
        )
        assert inspect.iscoroutinefunction(getattr(package.AsyncClient, info.method))


def test_operations_are_immutable_records() -> None:
    assert isinstance(package.OPERATIONS, Mapping)
    assert set(package.OPERATIONS) == {"GetIceServerConfig", "SendAlexaOfferToMaster"}
    info: OperationInfo[Any] = package.OPERATIONS["GetIceServerConfig"]
    assert info.method == "get_ice_server_config"
    assert dict(info.params) == {
        "ChannelARN": "channel_arn",
        "ClientId": "client_id",
        "Service": "service",
        "Username": "username",
    }
    assert (info.input, info.output) == ("GetIceServerConfigRequest", "GetIceServerConfigResponse")
    assert "SessionExpiredException" in info.errors
    assert (info.paginator, info.waiters) == (None, ())
    assert repr(info) == "<OperationInfo GetIceServerConfig>"
    with pytest.raises(AttributeError, match="immutable"):
        info.method = "other"
    with pytest.raises(TypeError):
        info.params["X"] = "x"  # type: ignore[index]  # writing to it must fail


# Calling


def test_the_untyped_door_and_the_method_are_one(bench: Bench) -> None:
    params = {"ChannelARN": CHANNEL, "ClientId": "viewer-1", "Service": "TURN", "Username": "me"}
    untyped = bench.wait(bench.client().call("GetIceServerConfig", params))
    keywords = {
        package.OPERATIONS["GetIceServerConfig"].params[name]: value for name, value in params.items()
    }
    typed = bench.wait(bench.client().get_ice_server_config(**keywords))
    assert untyped == package.to_dict(typed) == typed.to_dict() == ICE
    first, second = bench.sent
    assert (first.method, first.url, first.content) == (second.method, second.url, second.content)
    assert first.headers.raw == second.headers.raw
    assert json.loads(first.content) == params


def test_params_hold_what_was_not_given_as_an_argument(bench: Bench) -> None:
    extra = {"ClientId": "viewer-1", "NewMember": [1, {"a": None}], "Service": None}
    bench.wait(bench.client().get_ice_server_config(CHANNEL, extra, username=None))
    assert json.loads(bench.sent[0].content) == {
        "ChannelARN": CHANNEL,
        "ClientId": "viewer-1",
        "NewMember": [1, {"a": None}],
    }
    assert extra["Service"] is None, "the caller's mapping is not changed"


@pytest.mark.parametrize(
    ("use", "says"),
    [
        (lambda c: c.call("GetIceServerConfig"), "ChannelARN: is required"),
        (lambda c: c.call("GetIceServerConfig", {"ChannelARN": None}), "ChannelARN: is required"),
        (lambda c: c.get_ice_server_config(CHANNEL, {"channelARN": "x"}), "channelARN: is spelled ChannelARN"),
        (lambda c: c.get_ice_server_config(CHANNEL, {"CLIENTID": "x"}), "CLIENTID: is spelled ClientId"),
        (lambda c: c.get_ice_server_config(CHANNEL, {"ChannelARN": "x"}), "is given twice: as channel_arn"),
        (lambda c: c.get_ice_server_config(CHANNEL, {1: "x"}), "params: names are strings, not int"),
        (lambda c: c.get_ice_server_config(CHANNEL, "x"), "params: expected a mapping"),
        (lambda c: c.get_ice_server_config(b"x"), "ChannelARN: expected str, got bytes"),
        (lambda c: c.call("getIceServerConfig", {}), "did you mean GetIceServerConfig"),
        (lambda c: c.call("Nothing", {}), "it has GetIceServerConfig, SendAlexaOfferToMaster"),
    ],
)  # fmt: skip
def test_a_bad_call_is_a_param_error(use: Callable[[Any], Any], says: str, bench: Bench) -> None:
    with pytest.raises(ParamError) as caught:
        bench.wait(use(bench.client()))
    assert says in str(caught.value)
    assert isinstance(caught.value, ValueError)
    assert bench.sent == []


def test_unchecked_parameters_are_sent_as_they_are(bench: Bench) -> None:
    client = bench.client(validate_params=False)
    bench.wait(client.call("GetIceServerConfig", {"ClientId": 5, "Service": ["TURN"]}))
    assert json.loads(bench.sent[0].content) == {"ClientId": 5, "Service": ["TURN"]}
    with pytest.raises(ParamError, match="is given twice"):
        bench.wait(client.get_ice_server_config(CHANNEL, {"ChannelARN": "x"}))


def test_an_answer_tells_how_it_came(bench: Bench) -> None:
    bench.answers.insert(0, httpx.Response(500))
    output = bench.wait(bench.client().get_ice_server_config(CHANNEL))
    response = output.response
    assert (response.request_id, response.status_code, response.attempts) == ("r-1", 200, 2)
    assert response.headers["x-amzn-requestid"] == "r-1"
    assert repr(response) == "ResponseInfo(request_id='r-1', status_code=200, attempts=2)"


def test_an_output_without_members_has_only_its_response() -> None:
    output = NoOutput()
    assert (output.to_dict(), repr(output)) == ({}, "NoOutput()")
    with pytest.raises(AttributeError):
        output.anything  # type: ignore[attr-defined]  # noqa: B018 - reading it is the test


def test_what_is_sent_depends_on_its_input_alone(bench: Bench) -> None:
    for _ in range(2):
        bench.wait(bench.client().get_ice_server_config(CHANNEL))
    first, second = bench.sent
    assert first.headers.raw == second.headers.raw
    assert first.headers["amz-sdk-invocation-id"] == "invocation-1"
    assert first.headers["amz-sdk-request"] == "attempt=1; max=3"
    assert first.headers["x-amz-date"] == "20261123T123000Z"
    assert first.headers["x-amz-security-token"] == "session-token"
    assert first.headers["host"] == "r-1.kinesisvideo.eu-west-1.amazonaws.com"
    assert first.headers["accept-encoding"] == "identity"
    assert first.headers["content-type"] == "application/json"
    assert first.headers["user-agent"].startswith(f"heliograph/{heliograph.__version__} ua/2.1 os/")


def test_invocations_get_random_ids_of_their_own(bench: Bench) -> None:
    import uuid

    for _ in range(3):
        bench.wait(bench.client(invocation_id=None).get_ice_server_config(CHANNEL))
    ids = [uuid.UUID(request.headers["amz-sdk-invocation-id"]) for request in bench.sent]
    assert len(set(ids)) == 3
    assert {each.version for each in ids} == {4}
    assert {each.variant for each in ids} == {uuid.RFC_4122}


def test_the_signature_is_the_one_the_service_computes(bench: Bench) -> None:
    bench.wait(bench.client().send_alexa_offer_to_master(CHANNEL, "payload", "sender"))
    (sent,) = bench.sent
    signed = sigv4.sign(
        "POST",
        f"{ENDPOINT}/v1/send-alexa-offer-to-master",
        [("content-type", "application/json")],
        sent.content,
        KEYS,
        "eu-west-1",
        "kinesisvideo",
        NOW,
    )
    assert sent.headers["authorization"] == dict(signed.headers)["Authorization"]


# Presigning


def test_a_presigned_call_carries_its_signature_in_the_url(bench: Bench) -> None:
    presigned = bench.wait(bench.client().presign("GetIceServerConfig", {"ChannelARN": CHANNEL}, 60))
    assert bench.sent == []
    parts = urlsplit(presigned.url)
    query = dict(parse_qsl(parts.query))
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{ENDPOINT}/v1/get-ice-server-config"
    assert query["X-Amz-Expires"] == "60"
    assert query["X-Amz-Date"] == "20261123T123000Z"
    assert query["X-Amz-Credential"] == "AKIDEXAMPLE/20261123/eu-west-1/kinesisvideo/aws4_request"
    assert (presigned.method, json.loads(presigned.body)) == ("POST", {"ChannelARN": CHANNEL})
    assert dict(presigned.headers) == {"content-type": "application/json"}
    unsigned = "&".join(field for field in parts.query.split("&") if not field.startswith("X-Amz-Signature="))
    canonical, _ = sigv4.canonical_request(
        "POST",
        sigv4.canonical_path(parts.path),
        sigv4.canonical_query(unsigned),
        sigv4.canonical_headers([("host", parts.netloc), *presigned.headers.items()]),
        __import__("hashlib").sha256(presigned.body).hexdigest(),
    )
    to_sign = sigv4.string_to_sign(
        "20261123T123000Z", "20261123/eu-west-1/kinesisvideo/aws4_request", canonical
    )
    expected = sigv4.signature(KEYS.secret_key, "20261123", "eu-west-1", "kinesisvideo", to_sign)
    assert query["X-Amz-Signature"] == expected


def test_a_presigned_call_does_not_show_itself(bench: Bench) -> None:
    presigned = bench.wait(bench.client().presign("GetIceServerConfig", {"ChannelARN": CHANNEL}))
    assert repr(presigned) == f"<Presigned POST {ENDPOINT}/v1/get-ice-server-config>"
    assert str(presigned) == repr(presigned)
    for spread in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="presigned URL is a secret"):
            spread(presigned)


@pytest.mark.parametrize(
    ("params", "expires_in", "says"),
    [
        ({}, 60, "ChannelARN: is required"),
        ({"ChannelARN": CHANNEL}, 0, "1 to 604800"),
        ({"ChannelARN": CHANNEL}, 604801, "1 to 604800"),
        ({"ChannelARN": CHANNEL}, "60", "expires_in: expected int, got str"),
    ],
)
def test_what_cannot_be_presigned_is_a_param_error(
    params: dict[str, str], expires_in: Any, says: str, bench: Bench
) -> None:
    with pytest.raises(ParamError, match=says):
        bench.wait(bench.client().presign("GetIceServerConfig", params, expires_in))


def test_nothing_is_presigned_without_credentials(bench: Bench) -> None:
    with pytest.raises(CredentialsError, match="nothing can be presigned"):
        bench.wait(
            bench.client(credentials=heliograph.ANONYMOUS).presign("GetIceServerConfig", {"ChannelARN": "x"})
        )


# Other options


def test_a_client_with_other_options_shares_what_it_can(bench: Bench) -> None:
    asked: list[int] = []

    def keys() -> Credentials:
        asked.append(1)
        return KEYS

    bench.answers = [httpx.Response(500, json={})]
    first = bench.client(max_attempts=2, credentials=keys)
    second = first.with_options(max_attempts=4, timeout=5)
    assert type(second) is type(first)
    for client, attempts in ((first, 2), (second, 4)):
        with pytest.raises(package.ServiceError) as caught:
            bench.wait(client.get_ice_server_config(CHANNEL))
        assert caught.value.attempts == attempts
    assert first._core.quota is second._core.quota
    assert first._core.quota.left == 500 - 14 - 3 * 14
    assert first._core.retries.quota is second._core.retries.quota
    assert len(bench.sent) == 6, "the transport came along"
    assert len(asked) == 6, "a function is asked for each attempt, so that keys can rotate"


def test_the_quota_is_shared_whichever_client_calls_first(bench: Bench) -> None:
    bench.answers = [httpx.Response(500, json={})]
    first = bench.client(max_attempts=2)
    second = first.with_options(timeout=5)
    third = second.with_options(timeout=6)
    for client in (third, first, second):
        with pytest.raises(package.ServiceError):
            bench.wait(client.get_ice_server_config(CHANNEL))
    assert first._core.quota.left == 500 - 3 * 14


def test_credentials_found_once_come_along(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDFIRST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "first")
    first = bench.client(credentials=None)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDSECOND")
    bench.wait(first.get_ice_server_config(CHANNEL))
    bench.wait(first.with_options(timeout=5).get_ice_server_config(CHANNEL))
    assert ["AKIDFIRST" in request.headers["authorization"] for request in bench.sent] == [True, True]


def test_an_option_set_to_none_goes_back_to_its_default(bench: Bench) -> None:
    first = bench.client(max_attempts=1, timeout=5)
    second = first.with_options(max_attempts=None, timeout=None)
    bench.answers = [httpx.Response(500)]
    with pytest.raises(package.ServiceError) as caught:
        bench.wait(second.get_ice_server_config(CHANNEL))
    assert caught.value.attempts == 3
    with pytest.raises(ConfigError):
        first.with_options(region="not a region")
    with pytest.raises(TypeError, match="unexpected keyword argument 'regoin'"):
        first.with_options(regoin="eu-west-1")


def test_time_outs_are_the_operations_own_where_the_client_has_none(bench: Bench) -> None:
    bench.wait(bench.client().send_alexa_offer_to_master(CHANNEL, "payload", "sender"))
    bench.wait(bench.client().get_ice_server_config(CHANNEL))
    bench.wait(bench.client(timeout=7).send_alexa_offer_to_master(CHANNEL, "payload", "sender"))
    waits = [request.extensions["timeout"] for request in bench.sent]
    assert waits[0] == {"connect": 3.1, "read": 130, "write": 30.0, "pool": 10.0}
    assert waits[1] == {"connect": 3.1, "read": 30.0, "write": 30.0, "pool": 10.0}
    assert waits[2] == {"connect": 7, "read": 7, "write": 7, "pool": 7}


# A client's life


def test_a_client_is_made_without_a_loop_and_used_without_with(bench: Bench) -> None:
    client = bench.client()
    assert bench.wait(client.get_ice_server_config(CHANNEL)).to_dict() == ICE
    assert bench.wait(client.get_ice_server_config(CHANNEL)).to_dict() == ICE


def test_a_closed_client_says_so(bench: Bench) -> None:
    client = bench.client()
    bench.wait(client.get_ice_server_config(CHANNEL))
    close = client.close if bench.flavour == "sync" else client.aclose
    bench.wait(close())
    bench.wait(close())
    with pytest.raises(HeliographError, match="the client is closed"):
        bench.wait(client.get_ice_server_config(CHANNEL))
    assert len(bench.sent) == 1


def test_a_client_that_was_never_used_can_be_closed() -> None:
    with package.Client():
        pass
    asyncio.run(package.AsyncClient().aclose())


def test_with_closes_the_client(bench: Bench) -> None:
    client = bench.client()
    if bench.flavour == "sync":
        with client as entered:
            assert entered is client
    else:

        async def use() -> None:
            async with client as entered:
                assert entered is client

        asyncio.run(use())
    with pytest.raises(HeliographError, match="closed"):
        bench.wait(client.get_ice_server_config(CHANNEL))


def test_threads_share_a_client() -> None:
    bench = Bench("sync")
    client = bench.client(invocation_id=None)
    barrier = threading.Barrier(8)

    def work(_: int) -> Any:
        barrier.wait(10)
        return [client.get_ice_server_config(CHANNEL).to_dict() for _ in range(20)]

    with ThreadPoolExecutor(8) as pool:
        assert all(outputs == [ICE] * 20 for outputs in pool.map(work, range(8)))
    assert len({request.headers["amz-sdk-invocation-id"] for request in bench.sent}) == 160


def test_a_client_shows_where_it_calls_and_nothing_else(bench: Bench) -> None:
    name = type(bench.client()).__name__
    assert repr(bench.client()) == f"<{name} at {ENDPOINT}>"
    assert repr(bench.client(endpoint_url=None)) == f"<{name} at eu-west-1>"
    assert repr(bench.client(endpoint_url=None, region=None)) == f"<{name} not yet used>"
    for render in (repr, str, "{}".format):
        assert "wJalr" not in render(bench.client())


def test_a_client_is_not_pickled_or_copied(bench: Bench) -> None:
    for spread in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="cannot be pickled or copied"):
            spread(bench.client())


def test_an_error_holds_no_circle_that_keeps_the_answer_in_memory(bench: Bench) -> None:
    import gc
    import weakref

    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no")

    for answer in (
        httpx.Response(404, json={}),
        httpx.Response(503),
        httpx.Response(200, content=b"{"),
        None,
    ):
        bench.answers = [answer] if answer else []
        client = bench.client() if answer else bench.client(transport=httpx.MockTransport(broken))
        seen: list[weakref.ref[HeliographError]] = []

        def fail(client: Any = client, seen: list[Any] = seen) -> None:
            try:
                client.get_ice_server_config(CHANNEL)
            except HeliographError as error:
                seen.append(weakref.ref(error))

        async def fail_async(client: Any = client, seen: list[Any] = seen) -> None:
            try:
                await client.get_ice_server_config(CHANNEL)
            except HeliographError as error:
                seen.append(weakref.ref(error))

        gc.collect()
        gc.disable()
        try:
            fail() if bench.flavour == "sync" else asyncio.run(fail_async())
            assert [each() for each in seen] == [None]
        finally:
            gc.enable()


# Arguments that cannot be used


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("timeout", 0, "timeout: connect must be a number of seconds above 0"),
        ("timeout", -1.5, "timeout"),
        ("timeout", "5", "timeout"),
        ("timeout", float("nan"), "timeout"),
        ("timeout", float("inf"), "timeout"),
        ("deadline", 0, "deadline: 0 cannot be used"),
        ("deadline", "5", "deadline"),
        ("deadline", float("inf"), "deadline"),
        ("max_response_bytes", -5, "max_response_bytes"),
        ("endpoint_url", 5, "endpoint_url: a URL is text, not a int"),
        ("endpoint_url", "service.test", "endpoint_url: 'service.test' is no absolute"),
        ("region", "eu west 1", "region given in code"),
        ("region", 5, "region given in code"),
    ],
)
def test_an_argument_that_cannot_be_used_is_refused_where_it_is_given(
    option: str, value: Any, says: str, bench: Bench
) -> None:
    with pytest.raises(ConfigError) as caught:
        bench.client(**{option: value})
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("max_attempts", 0, "max_attempts given in code"),
        ("max_attempts", True, "max_attempts given in code"),
        ("retry_mode", "legacy", "retry_mode given in code"),
        ("app_id", "x" * 51, "app_id given in code"),
        ("use_fips", "true", "use_fips_endpoint given in code"),
        ("endpoint_params", {"Nonsense": 1}, "endpoint_params"),
        ("clock", lambda: datetime(2026, 1, 1), "aware datetime"),
    ],
)
def test_an_argument_that_cannot_be_used_is_refused_before_a_byte_is_sent(
    option: str, value: Any, says: str, bench: Bench
) -> None:
    with pytest.raises(HeliographError) as caught:
        bench.wait(bench.client(**{option: value}).get_ice_server_config(CHANNEL))
    assert says in str(caught.value)
    assert caught.value.attempts == 0
    assert bench.sent == []


def test_a_clock_in_another_zone_signs_in_utc(bench: Bench) -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    bench.wait(bench.client(clock=lambda: elsewhere).get_ice_server_config(CHANNEL))
    assert bench.sent[0].headers["x-amz-date"] == "20261123T123000Z"


def test_a_time_out_is_immutable_and_compares_by_value() -> None:
    assert Timeout(1, 2, 3, 4) == Timeout(1, 2, 3, 4)
    assert hash(Timeout(1, 2, 3, 4)) == hash(Timeout(1, 2, 3, 4))
    assert Timeout() != Timeout(read=None)
    assert repr(Timeout(read=None)) == "Timeout(connect=3.1, read=None, write=30.0, pool=10.0)"
    with pytest.raises(AttributeError, match="immutable"):
        Timeout().read = 5
