# SPDX-License-Identifier: Apache-2.0
"""The requests of the chain of credentials go the way of the client they are for: its proxy, its certificates."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme
from faultserver import ICE, OK, Serve, Server, answering, http, proxying

from heliograph import CredentialsError, TLSError

KEYS = b"""<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>AKIDROLE</AccessKeyId>
<SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken>
<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""
PROFILES = """[default]
role_arn = arn:aws:iam::111122223333:role/r
source_profile = base
[profile base]
aws_access_key_id = AKID
aws_secret_access_key = secret
"""


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def sts(authority: trustme.CA, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    """An STS whose certificate only somebody trusts who was told to, for a profile that names a role."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    server = serve(answering(http(200, KEYS)), context)
    (tmp_path / "config").write_text(PROFILES)
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", server.url)
    return server


def test_a_proxy_and_certificates_given_in_code_hold_for_the_chain(
    caller: Any, serve: Serve, sts: Server, tmp_path: Path
) -> None:
    service, proxy = serve(answering(OK)), serve(proxying)
    settings = {"proxy": proxy.url, "ca_bundle": str(tmp_path / "ca.pem"), "endpoint_url": service.url}
    assert caller.call(credentials=None, **settings).to_dict() == ICE
    tunnel, forwarded = proxy.requests
    assert (tunnel.method, tunnel.target) == ("CONNECT", f"127.0.0.1:{sts.port}")
    assert forwarded.target.startswith(service.url)
    assert "Credential=AKID/" in str(sts.requests[0].header("authorization"))
    assert "Credential=AKIDROLE/" in str(service.requests[0].header("authorization"))


@pytest.mark.parametrize("place", ["environment", "profile"])
def test_so_do_those_of_the_settings(
    place: str, caller: Any, serve: Serve, sts: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = str(tmp_path / "ca.pem")
    if place == "environment":
        monkeypatch.setenv("AWS_CA_BUNDLE", bundle)
    else:
        (tmp_path / "config").write_text(
            PROFILES.replace("[default]\n", f"[default]\nca_bundle = {bundle}\n")
        )
    service = serve(answering(OK))
    assert caller.call(credentials=None, endpoint_url=service.url).to_dict() == ICE
    assert len(sts.requests) == 1


def test_an_sts_that_nobody_vouches_for_gets_no_request(caller: Any, serve: Serve, sts: Server) -> None:
    with pytest.raises(CredentialsError, match="certificate") as caught:
        caller.call(credentials=None, endpoint_url="http://127.0.0.1:9")
    assert isinstance(caught.value.__cause__, TLSError)
    assert sts.requests == []
