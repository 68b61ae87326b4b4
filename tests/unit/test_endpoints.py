# SPDX-License-Identifier: Apache-2.0
"""Which partition a region belongs to, where the standard rules send a call, and what an endpoint must look like."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ConfigError, EndpointError, ParamError
from heliograph.endpoints import (
    given_endpoint,
    label_of_host,
    parse_address,
    rule_parameters,
    standard_endpoint,
)
from heliograph.partitions import PARTITIONS, partition_of


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-west-1", "aws"),
        ("aws-global", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("us-iso-east-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("eu-isoe-west-1", "aws-iso-e"),
        ("us-isof-south-1", "aws-iso-f"),
        ("eusc-de-east-1", "aws-eusc"),
        pytest.param("mx-south-9", "aws", id="of the form of a partition's regions"),
        pytest.param("cn-west-12", "aws-cn", id="of the form of China's"),
        pytest.param("us-gov-south-3", "aws-us-gov", id="not of the form us-WORD-NUMBER"),
        pytest.param("us-isob-west-77", "aws-iso-b", id="not that of a shorter prefix"),
        pytest.param("nowhere", "aws", id="of no form"),
        pytest.param("zz-north-1", "aws", id="of an unknown prefix"),
        pytest.param("cn-north", "aws", id="without a number"),
        pytest.param("cnxx-1", "aws", id="of a prefix that goes on"),
    ],
)
def test_a_region_belongs_to_a_partition(region: str, partition: str) -> None:
    assert partition_of(region).name == partition


def test_each_listed_region_belongs_to_one_partition_only() -> None:
    regions = [region for partition in PARTITIONS for region in partition.regions]
    assert len(regions) == len(set(regions)) > 40
    for partition in PARTITIONS:
        assert partition.global_region in partition.regions
        assert all(partition_of(region) is partition for region in partition.regions)


@pytest.mark.parametrize(
    ("parameters", "url"),
    [
        ({"Region": "eu-west-1"}, "https://kinesisvideo.eu-west-1.amazonaws.com"),
        ({"Region": "eu-west-1", "UseFIPS": True}, "https://kinesisvideo-fips.eu-west-1.amazonaws.com"),
        ({"Region": "eu-west-1", "UseDualStack": True}, "https://kinesisvideo.eu-west-1.api.aws"),
        (
            {"Region": "eu-west-1", "UseFIPS": True, "UseDualStack": True},
            "https://kinesisvideo-fips.eu-west-1.api.aws",
        ),
        ({"Region": "cn-north-1"}, "https://kinesisvideo.cn-north-1.amazonaws.com.cn"),
        ({"Region": "us-iso-east-1"}, "https://kinesisvideo.us-iso-east-1.c2s.ic.gov"),
        ({"Endpoint": "https://own.test/x"}, "https://own.test/x"),
        ({"Endpoint": "https://own.test", "Region": "eu-west-1"}, "https://own.test"),
    ],
    ids=str,
)
def test_the_standard_rules(parameters: dict[str, Any], url: str) -> None:
    endpoint = standard_endpoint("kinesisvideo", **parameters)
    assert (endpoint.url, endpoint.properties, endpoint.headers) == (url, {}, {})
    assert repr(endpoint) == f"ResolvedEndpoint('{url}')"


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [
        ({}, "no region: pass region="),
        ({"Region": ""}, "no region: pass region="),
        ({"Endpoint": "https://x.test", "UseFIPS": True}, "FIPS and an endpoint of your own"),
        ({"Endpoint": "https://x.test", "UseDualStack": True}, "dual stack and an endpoint of your own"),
        ({"Region": "x@attacker.test:443/#"}, "is no region"),
        ({"Region": "eu-west-1\n"}, "is no region"),
    ],
    ids=str,
)
def test_parameters_that_contradict_or_cannot_be_used(parameters: dict[str, Any], problem: str) -> None:
    with pytest.raises(EndpointError, match=problem):
        standard_endpoint("kinesisvideo", **parameters)


@pytest.mark.parametrize(
    ("option", "lacking", "text"),
    [
        ({"UseFIPS": True}, "supports_fips", "partition aws-cn has no FIPS endpoints; turn the option off"),
        ({"UseDualStack": True}, "supports_dual_stack", "partition aws-cn has no dual-stack endpoints"),
    ],
    ids=["FIPS", "dual stack"],
)
def test_a_partition_may_lack_a_kind_of_host(
    monkeypatch: pytest.MonkeyPatch, option: dict[str, Any], lacking: str, text: str
) -> None:
    monkeypatch.setattr(partition_of("cn-north-1"), lacking, False)
    with pytest.raises(EndpointError, match=text):
        standard_endpoint("kinesisvideo", Region="cn-north-1", **option)


def test_a_service_without_rules_goes_where_it_is_told() -> None:
    assert given_endpoint("https://x.test").url == "https://x.test"
    with pytest.raises(EndpointError, match="pass endpoint_url="):
        given_endpoint(None)


def test_built_ins_go_by_either_name_and_only_those_that_the_rules_ask_for() -> None:
    built_ins = {"AWS::Region": "Region", "AWS::UseFIPS": "Fips"}
    given = {"AWS::Region": "eu-west-1", "Fips": True, "SDK::Endpoint": "https://x.test", "Bucket": None}
    assert rule_parameters(built_ins, given) == {"Region": "eu-west-1", "Fips": True}


def test_what_the_call_gives_goes_before_what_the_client_gives() -> None:
    of_call = {"Bucket": "theirs", "Region": None}
    given = {"Region": "eu-west-1", "Bucket": "ours"}
    assert rule_parameters({}, given, of_call) == {"Region": "eu-west-1", "Bucket": "theirs"}


@pytest.mark.parametrize("value", ["a", "1-2", "A" * 63])
def test_a_label_of_a_host_is_given_as_it_is(value: str) -> None:
    assert label_of_host({"Id": value}, "Id") == value


@pytest.mark.parametrize("value", [None, "", "a.b", "-a", "a-", "a/b", "a" * 64, "x@evil.test", "\u0661", 7])
def test_nothing_else_is_a_label_of_a_host(value: object) -> None:
    with pytest.raises(ParamError, match="Id"):
        label_of_host({"Id": value}, "Id")


# --- addresses


@pytest.mark.parametrize(
    ("url", "authority", "path"),
    [
        ("https://x.test", "x.test", ""),
        ("HTTPS://X.Test/", "x.test", ""),
        ("https://x.test:443", "x.test", ""),
        ("http://x.test:80", "x.test", ""),
        ("https://x.test:80/a/b/", "x.test:80", "/a/b"),
        ("http://127.0.0.1:4566", "127.0.0.1:4566", ""),
        ("https://[::1]:8443/base", "[::1]:8443", "/base"),
        ("https://my_host.internal", "my_host.internal", ""),
        ("https://x.test:65535", "x.test:65535", ""),
    ],
    ids=str,
)
def test_an_address_has_parts(url: str, authority: str, path: str) -> None:
    address = parse_address(url, "argument")
    assert (address.authority, address.path, address.url) == (authority, path, url)
    assert address.scheme == url.partition(":")[0].lower()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x.test",
        "//x.test",
        "https:x.test",
        "https://",
        "https:///path",
        "ftp://x.test",
        "file:///etc/passwd",
        "wss://x.test",
        "javascript://x.test",
        "https://user@x.test",
        "https://user:password@x.test",
        "https://x.test@attacker.test",
        "https://x.test\\@attacker.test",
        "https://x.test?query",
        "https://x.test#fragment",
        "https://x.test/path?query",
        "https://x.test /",
        "https://x.test\n",
        "https://x.test\r\nHost: attacker.test",
        "https://x.test\t",
        "https://x.test\0",
        "https://x.test\x7f",
        "\nhttps://x.test",
        " https://x.test",
        "https://\u0665.test",
        "https://x\u3002test",
        "https://x.test/\xe9",
        "https://x..test",
        "https://.x.test",
        "https://-x.test",
        "https://x-.test",
        "https://x%2ftest",
        "https://x,y.test",
        "https://*.test",
        f"https://{'a' * 64}.test",
        f"https://{'a.' * 127}test",
        "https://[::1",
        "https://::1",
        "https://[x]",
        "https://[]",
        "https://[::1]x",
        "https://x.test:",
        "https://x.test:0",
        "https://x.test:65536",
        "https://x.test:-1",
        "https://x.test:+443",
        "https://x.test:443443443443",
        "https://x.test:000443443",
        "https://x.test:\u0664\u0664\u0663",
        "https://x.test:port",
        "https://x.test:443:443",
        "https://x.test/..",
        "https://x.test/a/../b",
        "https://x.test/./a",
        "https://x.test/a\\b",
    ],
    ids=ascii,
)
def test_an_address_that_could_lead_elsewhere_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match=r"^endpoint_url: ") as caught:
        parse_address(url, "endpoint_url")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("url", [None, b"https://x.test", 7], ids=str)
def test_an_address_is_text(url: object) -> None:
    with pytest.raises(ConfigError, match=f"^endpoint_url: a URL is text, not a {type(url).__name__}$"):
        parse_address(url, "endpoint_url")


@pytest.mark.parametrize(
    "url",
    [
        "https://AKID:cAnArY-secret@x.test",
        "ftp://AKID:cAnArY-secret@x.test",
        "ftp://x.test/?X-Amz-Signature=cAnArY-secret",
        "https://x.test/?token=cAnArY-secret",
    ],
    ids=str,
)
def test_what_could_be_a_secret_is_not_shown(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_address(url, "endpoint_url")
    assert "cAnArY" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["ws", "wss"])
def test_a_websocket_endpoint_is_recognised(scheme: str) -> None:
    with pytest.raises(ConfigError, match="the HTTPS endpoint is the one to use here"):
        parse_address(f"{scheme}://x.test", "endpoint_url")


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("LOCALHOST", True),
        ("kvs.localhost", True),
        ("127.0.0.1", True),
        ("127.9.8.7", True),
        ("[::1]", True),
        ("127.attacker.test", False),
        ("localhost.attacker.test", False),
        ("notlocalhost", False),
        ("128.0.0.1", False),
        ("[::2]", False),
        ("169.254.169.254", False),
    ],
    ids=str,
)
def test_which_hosts_are_this_machine(host: str, loopback: bool) -> None:
    assert parse_address(f"http://{host}:8080", "argument").is_loopback is loopback
