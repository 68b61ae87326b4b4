# SPDX-License-Identifier: Apache-2.0
"""A Kinesis Video signaling service on localhost, for tests and for work without an account.

    from heliograph_local import LocalService

    with LocalService() as service:
        channel = service.channel("demo")
        client = KinesisVideoSignalingClient(
            region=service.region, credentials=service.credentials, endpoint_url=channel.endpoint
        )
        client.get_ice_server_config(channel.arn)

It answers over real HTTP, verifies signatures as the service does, and serves GetIceServerConfig and
SendAlexaOfferToMaster. The ICE servers it names are credentials only: no TURN server is started here.
Needs the extra ``heliograph[local]``.
"""

from __future__ import annotations

from heliograph_local.answers import ServiceFault
from heliograph_local.channels import Channel, ServedChannel
from heliograph_local.credentials import EXAMPLE_CREDENTIALS, LocalCredentials
from heliograph_local.ice import TurnServer
from heliograph_local.service import LocalService

__all__ = [
    "EXAMPLE_CREDENTIALS",
    "Channel",
    "LocalCredentials",
    "LocalService",
    "ServedChannel",
    "ServiceFault",
    "TurnServer",
]
