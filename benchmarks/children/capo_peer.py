# SPDX-License-Identifier: Apache-2.0
"""capo-kinesis-video-signaling."""

from __future__ import annotations

from sample import CHANNEL_ARN, CLIENT_ID, REGION


def client(url, ca):
    from capo_kinesis_video_signaling import KinesisVideoSignalingClient

    handler = None
    if ca is not None:
        import ssl

        from zapros import StdNetworkHandler, SyncTransport

        context = ssl.create_default_context(cafile=ca)
        handler = StdNetworkHandler(transport=SyncTransport(ssl_context=context))
    return KinesisVideoSignalingClient(handler, region=REGION, endpoint=url)


def call(client):
    return client.get_ice_server_config(channel_arn=CHANNEL_ARN, client_id=CLIENT_ID)


def async_client(url, connections):
    from capo_kinesis_video_signaling import AsyncKinesisVideoSignalingClient
    from zapros import AsyncStdNetworkHandler

    limits = {"max_connections_per_host": connections, "max_idle_connections_per_host": connections}
    return AsyncKinesisVideoSignalingClient(AsyncStdNetworkHandler(http1=limits), region=REGION, endpoint=url)


def async_call(client):
    return client.get_ice_server_config(channel_arn=CHANNEL_ARN, client_id=CLIENT_ID)
