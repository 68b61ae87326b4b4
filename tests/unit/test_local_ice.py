# SPDX-License-Identifier: Apache-2.0
"""TURN credentials of the local service follow coturn's scheme and look like the real service's."""

from __future__ import annotations

import hmac
from base64 import b64decode
from datetime import UTC, datetime

import pytest

from heliograph.errors import ConfigError
from heliograph_local import TurnServer

NOW = datetime(2022, 7, 6, 21, 30, 38, tzinfo=UTC)
ARN = "arn:aws:kinesisvideo:us-west-2:123456789012:channel/demo/1657143338000"


def test_the_user_name_is_the_expiry_and_the_channel() -> None:
    expiry, _, user = str(TurnServer(ttl=300).ice_server(ARN, NOW)["Username"]).partition(":")
    assert int(expiry) == int(NOW.timestamp()) + 300
    assert b64decode(user).decode() == f"v1:{ARN}"


def test_the_password_is_the_hmac_of_the_user_name_under_the_shared_secret() -> None:
    server = TurnServer(secret="shared").ice_server(ARN, NOW)
    expected = hmac.digest(b"shared", str(server["Username"]).encode(), "sha1")
    assert b64decode(str(server["Password"])) == expected


@pytest.mark.parametrize(
    ("host", "authority"),
    [("127.0.0.1", "127.0.0.1:3479"), ("turn.test", "turn.test:3479"), ("::1", "[::1]:3479")],
    ids=["address", "name", "IPv6"],
)
def test_one_server_is_reached_in_three_ways(host: str, authority: str) -> None:
    server = TurnServer(host, 3479, ttl=30).ice_server(ARN, NOW)
    assert server["Uris"] == [
        f"turn:{authority}?transport=udp",
        f"turns:{authority}?transport=udp",
        f"turns:{authority}?transport=tcp",
    ]
    assert server["Ttl"] == 30


@pytest.mark.parametrize(
    "settings",
    [{"host": ""}, {"secret": ""}, {"port": 0}, {"port": 65536}, {"ttl": 29}, {"ttl": 86401}],
    ids=str,
)
def test_a_setting_out_of_range_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        TurnServer(**settings)  # type: ignore[arg-type]  # what the types forbid is what is tested


def test_the_secret_is_not_printed() -> None:
    assert "cAnArY" not in repr(TurnServer(secret="cAnArY"))
