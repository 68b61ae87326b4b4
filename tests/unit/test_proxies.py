# SPDX-License-Identifier: Apache-2.0
"""Which requests go through the proxy of the environment, and which never do."""

from __future__ import annotations

import pytest

from heliograph.proxies import proxy_for

PROXY = "http://proxy.test:3128"


def through(host: str, no_proxy: str = "", port: int = 443) -> bool:
    return proxy_for("https", host, port, {"HTTPS_PROXY": PROXY, "NO_PROXY": no_proxy}) == PROXY


@pytest.mark.parametrize(
    ("scheme", "env", "expected"),
    [
        ("https", {}, None),
        ("https", {"HTTPS_PROXY": PROXY}, PROXY),
        ("https", {"https_proxy": "http://lower.test", "HTTPS_PROXY": PROXY}, "http://lower.test"),
        ("https", {"https_proxy": "", "HTTPS_PROXY": PROXY}, None),
        ("https", {"HTTP_PROXY": PROXY, "ALL_PROXY": PROXY}, None),
        ("http", {"HTTP_PROXY": PROXY}, PROXY),
        ("http", {"HTTP_PROXY": PROXY, "REQUEST_METHOD": "GET"}, None),
        ("http", {"http_proxy": PROXY, "REQUEST_METHOD": "GET"}, PROXY),
        ("https", {"HTTPS_PROXY": PROXY, "REQUEST_METHOD": "GET"}, PROXY),
        ("https", {"HTTPS_PROXY": "proxy.test:3128"}, PROXY),
        ("https", {"HTTPS_PROXY": PROXY, "no_proxy": "", "NO_PROXY": "*"}, PROXY),
        ("https", {"HTTPS_PROXY": PROXY, "no_proxy": "*"}, None),
    ],
    ids=str,
)
def test_which_variable_counts(scheme: str, env: dict[str, str], expected: str | None) -> None:
    assert proxy_for(scheme, "service.example.com", 443, env) == expected


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LOCALHOST", "localhost.", "app.localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]",
        "::ffff:127.0.0.1", "169.254.169.254", "169.254.170.2", "169.254.170.23", "fe80::1", "fe80::1%eth0",
        "[fd00:ec2::254]", "fd00:ec2::23",
    ],
)  # fmt: skip
def test_this_machine_and_metadata_services_never_go_through_a_proxy(host: str) -> None:
    assert not through(host)


@pytest.mark.parametrize(
    "host", ["localhost.example.com", "notlocalhost", "fd00:ec3::1", "128.0.0.1", "10.0.0.1"]
)
def test_other_hosts_do(host: str) -> None:
    assert through(host)


@pytest.mark.parametrize(
    ("no_proxy", "host", "exempt"),
    [
        ("*", "example.com", True),
        ("example.com", "example.com", True),
        ("example.com", "a.example.com", True),
        ("example.com", "badexample.com", False),
        ("example.com", "example.com.evil.test", False),
        (".example.com", "a.example.com", True),
        (".example.com", "example.com", True),
        ("*.example.com", "a.example.com", True),
        ("EXAMPLE.com.", "Example.COM", True),
        ("other.test, example.com", "example.com", True),
        ("other.test example.com", "example.com", True),
        ("example.com:443", "example.com", True),
        ("example.com:8443", "example.com", False),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.1/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("10.1.2.3", "10.1.2.3", True),
        ("10.1.2.3:443", "10.1.2.3", True),
        ("10.1.2.3:80", "10.1.2.3", False),
        ("2001:db8::/32", "2001:db8::1", True),
        ("2001:db8::1", "[2001:db8::1]", True),
        ("[2001:db8::1]:443", "2001:db8::1", True),
        ("[2001:db8::1]:80", "2001:db8::1", False),
        ("10.0.0.0/99,nonsense/,:,.,[", "10.1.2.3", False),
        ("", "example.com", False),
        (".", "example.com", False),
    ],
)
def test_no_proxy(no_proxy: str, host: str, exempt: bool) -> None:
    assert through(host, no_proxy) is not exempt
