# SPDX-License-Identifier: Apache-2.0
"""What a channel's address does with a request once HTTP is out of the way."""

from __future__ import annotations

import asyncio
import json
import logging
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from typing import Any

import pytest

from heliograph.errors import ConfigError
from heliograph_local import Channel, ServedChannel, ServiceFault, TurnServer
from heliograph_local.faults import PlannedFaults
from heliograph_local.planes import DataPlane, answer, control_plane
from heliograph_local.request import Request

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
ARN = "arn:aws:kinesisvideo:us-west-2:123456789012:channel/demo/1234567890123"
ICE = "/v1/get-ice-server-config"
ALEXA = "/v1/send-alexa-offer-to-master"
OFFER = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
FAR_AWAY = 100.0

pytestmark = pytest.mark.anyio


def clock() -> datetime:
    return NOW


def plane(faults: PlannedFaults | None = None, **settings: Any) -> DataPlane:
    channel = ServedChannel(ARN, "http://127.0.0.1:1", Channel("demo", **settings))
    return DataPlane(channel, None, faults or PlannedFaults(), TurnServer(), clock)


async def call(path: str, document: object, served: DataPlane | None = None, method: str = "POST") -> Any:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return await (served or plane())(Request(method, path, (), body))


def base64_of(text: str) -> str:
    return b64encode(text.encode()).decode()


def payload(sdp: str = OFFER) -> str:
    return base64_of(json.dumps({"type": "offer", "sdp": sdp}))


def alexa(**changes: object) -> dict[str, object]:
    return {"ChannelARN": ARN, "SenderClientId": "alexa-1", "MessagePayload": payload()} | changes


@pytest.mark.parametrize(
    "document",
    [
        {"ChannelARN": ARN},
        {"ChannelARN": ARN, "ClientId": "nobody-knows_me.1", "Service": "TURN", "Username": "u"},
        {"ChannelARN": ARN, "ClientId": None, "Unknown": [1]},
    ],
    ids=["required alone", "all", "null and unknown members"],
)
async def test_ice_servers_are_given_to_any_client(document: dict[str, object]) -> None:
    assert await call(ICE, document) == {"IceServerList": [TurnServer().ice_server(ARN, NOW)]}


@pytest.mark.parametrize(
    ("path", "document", "text"),
    [
        (ICE, {}, "ChannelARN is required"),
        (ICE, b"", "ChannelARN is required"),
        (ICE, {"ChannelARN": None}, "ChannelARN is required"),
        (ICE, {"ChannelARN": ""}, "ChannelARN has 0 characters"),
        (ICE, {"ChannelARN": "a" * 1025}, "ChannelARN has 1025 characters"),
        (ICE, {"ChannelARN": "demo"}, "ChannelARN must be arn:"),
        (ICE, {"ChannelARN": ARN + "\n"}, "ChannelARN must be arn:"),
        (ICE, {"ChannelARN": ARN.replace("1", "\u0661")}, "ChannelARN must be arn:"),
        (ICE, {"ChannelARN": ARN, "ClientId": "a b"}, "ClientId must be letters"),
        (ICE, {"ChannelARN": ARN, "ClientId": "a" * 257}, "ClientId has 257 characters"),
        (ICE, {"ChannelARN": ARN, "Service": "STUN"}, "Service must be TURN"),
        (ICE, {"ChannelARN": ARN, "Username": "a:b"}, "Username must be letters"),
        (ALEXA, {"ChannelARN": ARN, "MessagePayload": payload()}, "SenderClientId is required"),
        (ALEXA, {"ChannelARN": ARN, "SenderClientId": "a"}, "MessagePayload is required"),
        (ALEXA, alexa(SenderClientId="a/b"), "SenderClientId must be letters"),
        (ALEXA, alexa(MessagePayload="A" * 10001), "MessagePayload has 10001 characters"),
        (ALEXA, alexa(MessagePayload=OFFER), "not the bare SDP"),
        (ALEXA, alexa(MessagePayload="AAA"), "this is not base64 of text"),
        (ALEXA, alexa(MessagePayload=b64encode(b"\xff").decode()), "this is not base64 of text"),
        (ALEXA, alexa(MessagePayload=base64_of(OFFER)), "the bare SDP: put it into that JSON text first"),
        (ALEXA, alexa(MessagePayload=base64_of("hello")), "base64 of not JSON"),
        (ALEXA, alexa(MessagePayload=base64_of("[" * 5000)), "base64 of not JSON"),
        (ALEXA, alexa(MessagePayload=base64_of("[1]")), 'no "type" that is "offer"'),
        (
            ALEXA,
            alexa(MessagePayload=base64_of('{"type":"answer","sdp":"v=0"}')),
            'no "type" that is "offer"',
        ),
        (ALEXA, alexa(MessagePayload=base64_of('{"type":"offer","sdp":1}')), 'no "sdp"'),
        (ALEXA, alexa(MessagePayload=payload("v=0")), "no media section"),
    ],
)
async def test_an_input_that_breaks_a_rule_is_named(path: str, document: object, text: str) -> None:
    with pytest.raises(ServiceFault) as caught:
        await call(path, document)
    assert (caught.value.code, caught.value.status) == ("InvalidArgumentException", 400)
    assert text in caught.value.message


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b"null", b"\xff", b'{"ChannelARN":NaN}', b'{"ChannelARN":5}', b"[" * 100_000],
    ids=["cut", "list", "null", "not UTF-8", "NaN", "number for text", "deep"],
)
async def test_a_body_of_another_form_is_a_serialization_error(body: bytes) -> None:
    with pytest.raises(ServiceFault) as caught:
        await call(ICE, body)
    assert (caught.value.code, caught.value.status) == ("SerializationException", 400)


async def test_another_channel_is_not_found_here() -> None:
    with pytest.raises(ServiceFault) as caught:
        await call(ICE, {"ChannelARN": ARN.replace("demo", "other")})
    assert (caught.value.code, caught.value.status) == ("ResourceNotFoundException", 404)


@pytest.mark.parametrize(
    "path", ["/", "/v1/get-ice-server-config/", "/V1/get-ice-server-config", "/describeSignalingChannel"]
)
async def test_an_unknown_path_is_an_unknown_operation(path: str) -> None:
    with pytest.raises(ServiceFault) as caught:
        await call(path, {})
    assert (caught.value.code, caught.value.status) == ("UnknownOperationException", 404)


async def test_operations_are_called_with_post() -> None:
    with pytest.raises(ServiceFault) as caught:
        await call(ICE, b"", method="GET")
    assert caught.value.status == 405


@pytest.mark.parametrize("path", [ICE, ALEXA, "/describeSignalingChannel"])
async def test_the_control_plane_knows_no_operation_of_the_data_plane(path: str) -> None:
    with pytest.raises(ServiceFault) as caught:
        await control_plane(Request("POST", path, (), b"{}"))
    assert (caught.value.code, caught.value.status) == ("UnknownOperationException", 404)


async def test_the_built_in_master_answers() -> None:
    output = await call(ALEXA, alexa())
    answered = json.loads(b64decode(output["Answer"], validate=True))
    assert answered["type"] == "answer"
    assert answered["sdp"].startswith("v=0\r\n")


async def waiting_master(sender: str, offer: str) -> str:
    await asyncio.sleep(0)
    return f"{sender} {offer}"


@pytest.mark.parametrize(
    "master",
    [lambda sender, offer: f"{sender} {offer}", waiting_master],
    ids=["function", "coroutine function"],
)
async def test_a_master_of_ones_own_gets_sender_and_offer(master: Any) -> None:
    output = await call(ALEXA, alexa(), plane(master=master, message_ttl=FAR_AWAY))
    assert json.loads(b64decode(output["Answer"])) == {"type": "answer", "sdp": f"alexa-1 {OFFER}"}


async def stuck_master(sender: str, offer: str) -> str:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.mark.parametrize(
    "master", [None, lambda *_: None, stuck_master], ids=["none", "one that gives None", "one that waits"]
)
async def test_without_an_answer_the_offer_expires(master: Any) -> None:
    assert await call(ALEXA, alexa(), plane(master=master, message_ttl=0.01)) == {"Answer": None}


def failing(error: Exception) -> Any:
    def master(sender: str, offer: str) -> str:
        raise error

    return master


async def test_a_fault_that_the_master_raises_is_the_answer() -> None:
    with pytest.raises(ServiceFault, match="ClientLimitExceededException"):
        await call(
            ALEXA, alexa(), plane(master=failing(ServiceFault("ClientLimitExceededException", "slow")))
        )


@pytest.mark.parametrize(
    "master",
    [failing(KeyError("canary")), failing(TimeoutError("canary")), lambda *_: b"canary"],
    ids=["another error", "a time-out of its own", "bytes"],
)
async def test_a_broken_master_is_an_internal_failure(master: Any, caplog: pytest.LogCaptureFixture) -> None:
    request = Request("POST", ALEXA, (), json.dumps(alexa()).encode())
    with caplog.at_level(logging.DEBUG, "heliograph_local"):
        reply = await answer(plane(master=master), request, clock)
    assert reply.status == 500
    assert json.loads(reply.body)["__type"] == "InternalFailure"
    assert b"canary" not in reply.body
    assert caplog.records


async def test_a_planned_fault_happens_once_in_turn_and_to_its_operation_alone() -> None:
    faults = PlannedFaults()
    faults.add("GetIceServerConfig", ServiceFault("SessionExpiredException", "one"))
    faults.add("GetIceServerConfig", ServiceFault("ThrottlingException", "two", 429))
    served = plane(faults)
    assert await call(ALEXA, alexa(), served)
    for code in ("SessionExpiredException", "ThrottlingException"):
        with pytest.raises(ServiceFault, match=code):
            await call(ICE, {"ChannelARN": ARN}, served)
    assert await call(ICE, {"ChannelARN": ARN}, served)


async def test_a_fault_is_planned_for_a_known_operation() -> None:
    with pytest.raises(ConfigError, match="GetIceServerConfig, SendAlexaOfferToMaster"):
        PlannedFaults().add("DescribeSignalingChannel", ServiceFault("X", "", 400))


@pytest.mark.parametrize(
    "settings",
    [{"name": ""}, {"name": "a b"}, {"name": "a" * 257}, {"message_ttl": -1}, {"message_ttl": 121}],
    ids=str,
)
async def test_a_channel_out_of_range_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        Channel(**({"name": "demo"} | settings))
