# SPDX-License-Identifier: Apache-2.0
"""For tests of programs that use a client: no network, no waiting, nothing to install.

    fake = FakeTransport(kinesis_video_signaling)
    fake.on(KinesisVideoSignalingClient.get_ice_server_config, {"IceServerList": [{"Ttl": 300}]})
    client = KinesisVideoSignalingClient(region="eu-west-1", credentials=KEYS, transport=fake)

A fake answers calls with outputs that are held against the model when they are given. Requests are built, signed and
retried as always. :class:`RecordingTransport` keeps what a real service answers, without secrets, and
:class:`ReplayTransport` answers from that file. :class:`FakeClock` makes time pass without waiting.
"""

from __future__ import annotations

from .clock import FakeClock
from .fakes import Answer, AsyncFakeTransport, FakeTransport, SentRequest
from .recordings import (
    AsyncRecordingTransport,
    AsyncReplayTransport,
    RecordingTransport,
    ReplayTransport,
)

__all__ = [
    "Answer",
    "AsyncFakeTransport",
    "AsyncRecordingTransport",
    "AsyncReplayTransport",
    "FakeClock",
    "FakeTransport",
    "RecordingTransport",
    "ReplayTransport",
    "SentRequest",
]
