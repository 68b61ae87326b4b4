# SPDX-License-Identifier: Apache-2.0
"""The one call that everything here makes, and answers to it. Imports nothing, since start-up is measured."""

from __future__ import annotations

REGION = "eu-west-1"
CHANNEL_ARN = "arn:aws:kinesisvideo:eu-west-1:123456789012:channel/front-door/1700000000000"
CLIENT_ID = "viewer-1"
PATH = "/v1/get-ice-server-config"
BODY = f'{{"ChannelARN":"{CHANNEL_ARN}","ClientId":"{CLIENT_ID}"}}'.encode("ascii")
"""What the call sends."""


def ice_servers(count: int) -> bytes:
    """The body of an answer with that many servers, of the lengths the service uses."""
    servers = ",".join(
        f'{{"Password":"{number:044x}","Ttl":300,"Uris":['
        f'"turn:203-0-113-{number % 256}.t-0123abcd.kinesisvideo.{REGION}.amazonaws.com:443?transport=udp",'
        f'"turns:203-0-113-{number % 256}.t-0123abcd.kinesisvideo.{REGION}.amazonaws.com:443?transport=udp",'
        f'"turns:203-0-113-{number % 256}.t-0123abcd.kinesisvideo.{REGION}.amazonaws.com:443?transport=tcp"],'
        f'"Username":"1700000300:{number:0140x}"}}'
        for number in range(1, count + 1)
    )
    return f'{{"IceServerList":[{servers}]}}'.encode("ascii")
