# SPDX-License-Identifier: Apache-2.0
"""The fixtures that the local service brings for other projects' tests."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from heliograph_local import LocalService, ServedChannel

pytest_plugins = ["heliograph_local.pytest"]


def test_the_fixtures_are_a_running_service_and_its_channel(
    kinesis_video_service: LocalService, kinesis_video_channel: ServedChannel
) -> None:
    assert list(kinesis_video_service.channels) == ["demo"]
    connection = HTTPConnection(urlsplit(kinesis_video_channel.endpoint).netloc, timeout=10)
    try:
        connection.request(
            "POST", "/v1/get-ice-server-config", json.dumps({"ChannelARN": kinesis_video_channel.arn})
        )
        assert connection.getresponse().status == 403  # it is not signed, and signatures are verified
    finally:
        connection.close()
