# SPDX-License-Identifier: Apache-2.0
"""What somebody writes by hand: httpx's client, our signer, the JSON of the standard library."""

from __future__ import annotations

from sample import CHANNEL_ARN, CLIENT_ID, PATH, REGION


class _Signing:
    """An httpx client with what each request needs."""

    def __init__(self, http, url):
        import os

        from heliograph import Credentials

        self.http = http
        self.url = url + PATH
        self.keys = Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])

    def request(self):
        """URL, body and headers of one signed call."""
        import json
        from datetime import UTC, datetime

        from heliograph.sigv4 import sign

        body = json.dumps({"ChannelARN": CHANNEL_ARN, "ClientId": CLIENT_ID}).encode()
        headers = [("content-type", "application/json")]
        signed = sign("POST", self.url, headers, body, self.keys, REGION, "kinesisvideo", datetime.now(UTC))
        return {"url": self.url, "content": body, "headers": signed.headers}

    async def __aenter__(self):
        await self.http.__aenter__()
        return self

    async def __aexit__(self, *reason):
        await self.http.__aexit__(*reason)


def client(url, ca):
    import httpx

    if ca is None:
        return _Signing(httpx.Client(), url)
    import ssl

    return _Signing(httpx.Client(verify=ssl.create_default_context(cafile=ca)), url)


def call(client):
    return client.http.post(**client.request()).raise_for_status().json()


def async_client(url, connections):
    import httpx

    return _Signing(httpx.AsyncClient(), url)


async def async_call(client):
    return (await client.http.post(**client.request())).raise_for_status().json()
