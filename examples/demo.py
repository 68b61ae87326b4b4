# SPDX-License-Identifier: Apache-2.0
"""The whole first job on one machine: regenerate the client, prove that nothing drifted, call a real service.

Run it with ``nox -s demo``. It needs no account, leaves nothing running and ends in seconds.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from heliograph_codegen.cli import main as heliograph
from heliograph_local import LocalService

OFFER = "\r\n".join(
    [
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111",
        "c=IN IP4 0.0.0.0",
        "a=mid:0",
        "a=rtpmap:111 opus/48000/2",
        "a=ice-ufrag:demo",
        "a=ice-pwd:demodemodemodemodemodemo",
        "a=fingerprint:sha-256 " + ":".join(["00"] * 32),
        "a=setup:actpass",
        "a=sendrecv",
        "",
    ]
)


def main() -> int:
    started = time.perf_counter()
    title("1. Regenerate the client from its model, and look for drift")
    if regenerate() != 0:
        return 1

    with LocalService(["front-door"]) as service:
        channel = service.channel("front-door")
        title("2. A local Kinesis Video signaling service")
        print(
            f"control plane  {service.control_url}\nchannel        {channel.arn}\nits endpoint   {channel.endpoint}"
        )
        title("3. Both operations, synchronous")
        call(service)
        title("4. Both operations, asynchronous")
        asyncio.run(call_async(service))
        title("5. An error of the model, and the mistake everybody makes")
        fail(service)
    title(f"Done in {time.perf_counter() - started:.1f} s; nothing is left running")
    return 0


def regenerate() -> int:
    """Make the client anew beside the shipped one, and compare the shipped one with its model."""
    with tempfile.TemporaryDirectory() as folder:
        model = Path(__file__).parent.parent / "model" / "kinesis_video_signaling.yaml"
        status = heliograph(["generate", str(model), "--out", folder, "--package", "kinesis_video_signaling"])
    return status or heliograph(["check"])


def call(service: LocalService) -> None:
    from kinesis_video_signaling import KinesisVideoSignalingClient

    channel = service.channel("front-door")
    with KinesisVideoSignalingClient(
        region=service.region, endpoint_url=channel.endpoint, credentials=service.credentials
    ) as signaling:
        begin = time.perf_counter()
        config = signaling.get_ice_server_config(channel.arn, client_id="viewer-1")
        took = milliseconds(begin)
        for server in config.ice_server_list:
            print(f"{server!r}\n  {', '.join(server.uris)}\n  good for {server.ttl} s")
        print(f"  request id {config.response.request_id}, {took}, the first call opens the connection")
        begin = time.perf_counter()
        answer = signaling.send_alexa_offer_to_master(channel.arn, offer(), "echo-show-1")
        show_answer(answer.answer, milliseconds(begin))


async def call_async(service: LocalService) -> None:
    from kinesis_video_signaling import AsyncKinesisVideoSignalingClient

    channel = service.channel("front-door")
    async with AsyncKinesisVideoSignalingClient(
        region=service.region, endpoint_url=channel.endpoint, credentials=service.credentials
    ) as signaling:
        begin = time.perf_counter()
        configs = await asyncio.gather(
            *(signaling.get_ice_server_config(channel.arn, client_id=f"viewer-{n}") for n in range(20))
        )
        print(f"20 viewers asked at once, {len(configs)} answered in {milliseconds(begin)}")
        begin = time.perf_counter()
        answer = await signaling.send_alexa_offer_to_master(channel.arn, offer(), "echo-show-2")
        show_answer(answer.answer, milliseconds(begin))


def fail(service: LocalService) -> None:
    from kinesis_video_signaling import KinesisVideoSignalingClient, ResourceNotFoundException, ServiceError

    channel = service.channel("front-door")
    with KinesisVideoSignalingClient(
        region=service.region, endpoint_url=channel.endpoint, credentials=service.credentials
    ) as signaling:
        try:
            signaling.get_ice_server_config(channel.arn.replace("front-door", "no-such-door"))
        except ResourceNotFoundException as error:
            print(
                f"{type(error).__name__}: {error.message} (HTTP {error.status_code}, request id {error.request_id})"
            )
    os.environ["AWS_ENDPOINT_URL"] = service.control_url  # stands for the region's own host
    with KinesisVideoSignalingClient(region=service.region, credentials=service.credentials) as lost:
        try:
            lost.get_ice_server_config(channel.arn)
        except ServiceError as error:
            print(f"Without the channel's endpoint: {error}", *error.__notes__, sep="\n  ")


def offer() -> str:
    """What Alexa's skill sends: base64 of JSON, not of the bare SDP."""
    return base64.b64encode(json.dumps({"type": "offer", "sdp": OFFER}).encode()).decode()


def show_answer(answer: str | None, took: str) -> None:
    assert answer is not None, "no master answered"
    description = json.loads(base64.b64decode(answer))
    lines = description["sdp"].splitlines()
    print(f"{description['type']} with {len(lines)} lines of SDP in {took}: {lines[0]} ... {lines[-1]}")


def milliseconds(begin: float) -> str:
    return f"{(time.perf_counter() - begin) * 1000:.1f} ms"


def title(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
