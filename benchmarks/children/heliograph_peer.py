# SPDX-License-Identifier: Apache-2.0
"""Our side. Every peer has these functions, as far as it can do what they measure."""

from __future__ import annotations

from sample import CHANNEL_ARN, CLIENT_ID, REGION


def client(url, ca):
    """A client for that endpoint, which trusts that CA file; its keys come from the environment."""
    from kinesis_video_signaling import KinesisVideoSignalingClient

    return KinesisVideoSignalingClient(region=REGION, endpoint_url=url, ca_bundle=ca)


def call(client):
    """One call."""
    return client.get_ice_server_config(CHANNEL_ARN, client_id=CLIENT_ID)


def async_client(url, connections):
    """An asynchronous context that gives an asynchronous client."""
    from kinesis_video_signaling import AsyncKinesisVideoSignalingClient

    return AsyncKinesisVideoSignalingClient(region=REGION, endpoint_url=url)


def async_call(client):
    """One call, to be awaited."""
    return client.get_ice_server_config(CHANNEL_ARN, client_id=CLIENT_ID)


def signer(url, body):
    """A function that signs one request, the time of day included."""
    from datetime import UTC, datetime

    from sample import PATH

    from heliograph import Credentials
    from heliograph.sigv4 import amz_date, authorization_headers

    credentials = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    headers = [("content-type", "application/json")]

    def sign():
        return authorization_headers(
            "POST", PATH, "", url.partition("://")[2], headers, body,
            credentials, REGION, "kinesisvideo", amz_date(datetime.now(UTC)),
        )  # fmt: skip

    return sign


def resolver():
    """A function that resolves the endpoint of the operation."""
    from kinesis_video_signaling import resolve_endpoint

    return lambda: resolve_endpoint(Region=REGION, UseFIPS=False, UseDualStack=False)


def decoder(body):
    """A function that makes a result of an answer's body."""
    from heliograph.http import WireResponse
    from kinesis_video_signaling import OPERATIONS

    read = OPERATIONS["GetIceServerConfig"].read
    response = WireResponse(200, {"content-type": "application/json"}, body)
    return lambda: read(response)
