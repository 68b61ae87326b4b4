# SPDX-License-Identifier: Apache-2.0
"""aiobotocore, with a connection for each task."""

from __future__ import annotations

from sample import CHANNEL_ARN, CLIENT_ID, REGION


def async_client(url, connections):
    from aiobotocore.config import AioConfig
    from aiobotocore.session import get_session

    config = AioConfig(max_pool_connections=connections)
    return get_session().create_client(
        "kinesis-video-signaling", region_name=REGION, endpoint_url=url, config=config
    )


def async_call(client):
    return client.get_ice_server_config(ChannelARN=CHANNEL_ARN, ClientId=CLIENT_ID)
