# SPDX-License-Identifier: Apache-2.0
"""The functions of the endpoint rule language, at the edges where implementations differ."""

from __future__ import annotations

import pytest

from heliograph import rules
from heliograph.errors import EndpointError

NOT_HOST_TEXT = [
    "x@attacker.com:443/#",
    "us-east-1\n",
    "us-east-\u0661",  # a digit, to str.isdigit
    "a/b",
    "a%2fb",
    "a\x00b",
    "[::1]",
    "a b",
    "a:443",
    "\u00fc",
]


@pytest.mark.parametrize(
    ("value", "alone", "with_dots"),
    [
        ("us-east-1", True, True),
        ("a", True, True),
        ("3aws4", True, True),
        ("a" * 63, True, True),
        ("a" * 64, False, False),
        ("a.b", False, True),
        ("a" * 63 + ".b", False, True),
        ("a" * 64 + ".b", False, False),
        ("a..b", False, False),
        (".a", False, False),
        ("a.", False, False),
        ("-a", False, False),
        ("a-", False, False),
        ("a-.b", False, False),
        ("a_b", False, False),
        ("", False, False),
        (None, False, False),
        *((text, False, False) for text in NOT_HOST_TEXT),
    ],
    ids=ascii,
)
def test_host_labels(value: str | None, alone: bool, with_dots: bool) -> None:
    assert rules.is_valid_host_label(value, False) is alone
    assert rules.is_valid_host_label(value, True) is with_dots


@pytest.mark.parametrize(
    ("bucket", "alone", "with_dots"),
    [
        ("my-bucket", True, True),
        ("abc", True, True),
        ("ab", False, False),
        ("a" * 63, True, True),
        ("a" * 64, False, False),
        ("Bucket", False, False),
        ("my_bucket", False, False),
        ("my.bucket", False, True),
        ("my..bucket", False, False),
        ("192.168.5.4", False, False),
        ("192.168.5", False, True),
        ("bucket\n", False, False),
        (None, False, False),
    ],
)
def test_buckets_that_can_stand_in_a_host_name(bucket: str | None, alone: bool, with_dots: bool) -> None:
    assert rules.is_virtual_hostable_s3_bucket(bucket, False) is alone
    assert rules.is_virtual_hostable_s3_bucket(bucket, True) is with_dots


@pytest.mark.parametrize(
    ("text", "start", "stop", "reverse", "expected"),
    [
        ("abcdefg", 0, 4, False, "abcd"),
        ("abcdefg", 0, 4, True, "defg"),
        ("abcdefg", 1, 3, True, "ef"),
        ("abcd", 0, 4, True, "abcd"),
        ("abc", 0, 4, False, None),
        ("abc", 2, 2, False, None),
        ("abc", 3, 2, False, None),
        ("abcdef\x80", 0, 4, False, None),
        ("\x7fabcdef", 0, 4, False, "\x7fabc"),
        ("", 0, 1, False, None),
        (None, 0, 1, False, None),
    ],
)
def test_substring(text: str | None, start: int, stop: int, reverse: bool, expected: str | None) -> None:
    assert rules.substring(text, start, stop, reverse) == expected


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://example.com", ("https", "example.com", "", "/", False)),
        ("HTTPS://Example.com/", ("https", "Example.com", "/", "/", False)),
        ("http://example.com:80/foo/bar", ("http", "example.com:80", "/foo/bar", "/foo/bar/", False)),
        ("http://example.com:/foo//", ("http", "example.com:", "/foo//", "/foo/", False)),
        ("https://127.0.0.1", ("https", "127.0.0.1", "", "/", True)),
        ("https://127.0.0.1:8443/a", ("https", "127.0.0.1:8443", "/a", "/a/", True)),
        ("https://127.0.0.1.example", ("https", "127.0.0.1.example", "", "/", False)),
        ("https://[fe80::1]", ("https", "[fe80::1]", "", "/", True)),
        ("https://[::ffff:1.2.3.4]:443/", ("https", "[::ffff:1.2.3.4]:443", "/", "/", True)),
        ("http://99_ab-.com", ("http", "99_ab-.com", "", "/", False)),
    ],
)
def test_urls_are_taken_apart(url: str, parts: tuple[str, str, str, str, bool]) -> None:
    parsed = rules.parse_url(url)
    assert parsed is not None
    found = (parsed.scheme, parsed.authority, parsed.path, parsed.normalized_path, parsed.is_ip)
    assert found == parts


@pytest.mark.parametrize(
    "url",
    [
        *(None, "", "example.com", "//example.com", "ftp://example.com", "https:/example.com", "https://"),
        *("https://example.com?a=b", "https://example.com/?", "https://example.com/#a", "https:///path"),
        *("https://user@example.com", "https://user:password@example.com", "https://example.com:a"),
        *("https://example.com:65536", "https://example.com:-1", "https://exam ple.com", "https://a\n.com"),
        *("https://\u00fc.com", "https://[fe80::1", "https://[fe80::1]x", "https://[host]", "https://a]b"),
        *("https://example.com:\u0661", "https://a\\b.com"),
    ],
    ids=ascii,
)
def test_other_texts_are_no_urls(url: str | None) -> None:
    assert rules.parse_url(url) is None


@pytest.mark.parametrize(
    ("arn", "parts"),
    [
        ("arn:aws:sns:us-west-2:0123:topic", ("aws", "sns", "us-west-2", "0123", ["topic"])),
        ("arn:aws:s3:::bucket", ("aws", "s3", "", "", ["bucket"])),
        ("arn:aws:ec2:r:0:vpc/vpc-1", ("aws", "ec2", "r", "0", ["vpc", "vpc-1"])),
        ("arn:aws:s3:r:0:a:b/c", ("aws", "s3", "r", "0", ["a", "b", "c"])),
        ("arn:aws:s3:r:0:outpost::", ("aws", "s3", "r", "0", ["outpost", "", ""])),
        ("arn:aws:s3:r:0:/", ("aws", "s3", "r", "0", ["", ""])),
    ],
)
def test_arns_are_taken_apart(arn: str, parts: tuple[str, str, str, str, list[str]]) -> None:
    parsed = rules.parse_arn(arn)
    assert parsed is not None
    found = (parsed.partition, parsed.service, parsed.region, parsed.account_id, parsed.resource_id)
    assert found == parts


@pytest.mark.parametrize(
    "arn",
    [
        None,
        "",
        "arn",
        "asdf",
        "arn:aws:s3:r:0:",
        "arn:aws:s3:r:0",
        "arn::s3:r:0:x",
        "arn:aws::r:0:x",
        "ARN:a:b:c:d:e",
    ],
)
def test_other_texts_are_no_arns(arn: str | None) -> None:
    assert rules.parse_arn(arn) is None


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("a--b--c", 0, ["a", "b", "c"]),
        ("a--b--c", 1, ["a--b--c"]),
        ("a--b--c", 2, ["a", "b--c"]),
        ("", 0, [""]),
        ("----", 0, ["", "", ""]),
        ("-", 0, ["-"]),
    ],
)
def test_split(text: str, limit: int, parts: list[str]) -> None:
    assert rules.split(text, "--", limit) == parts


def test_an_empty_delimiter_is_refused() -> None:
    with pytest.raises(EndpointError, match="empty delimiter"):
        rules.split("a", "", 0)


@pytest.mark.parametrize(
    ("index", "expected"), [(0, "a"), (1, ""), (2, None), (-1, ""), (-2, "a"), (-3, None)]
)
def test_items_of_arrays(index: int, expected: str | None) -> None:
    assert rules.item(["a", ""], index) == expected
    assert rules.item(None, index) is None


def test_the_first_value_that_is_set_counts() -> None:
    assert rules.coalesce(None, "b") == "b"
    assert rules.coalesce("", "b") == ""
    assert rules.coalesce(False, True) is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AZaz09-._~", "AZaz09-._~"),
        ("a b/c:d%", "a%20b%2Fc%3Ad%25"),
        ("\U0001f639", "%F0%9F%98%B9"),
        ("", ""),
    ],
    ids=ascii,
)
def test_percent_encoding(text: str, expected: str) -> None:
    assert rules.uri_encode(text) == expected


@pytest.mark.parametrize("text", [*NOT_HOST_TEXT, "", "a.b", "-a", "a-", "a" * 64, "a_b"], ids=ascii)
def test_what_is_no_label_cannot_be_a_region(text: str) -> None:
    with pytest.raises(EndpointError, match="cannot be part of a host name"):
        rules.as_host_label(text)


@pytest.mark.parametrize("text", ["eu-west-1", "aws-global", "mars-1", "012345678901"])
def test_labels_pass(text: str) -> None:
    assert rules.as_host_label(text) == text


@pytest.mark.parametrize("text", NOT_HOST_TEXT, ids=ascii)
def test_what_is_no_host_text_cannot_enter_a_host_name(text: str) -> None:
    with pytest.raises(EndpointError, match="cannot be part of a host name"):
        rules.as_host_part(text)


@pytest.mark.parametrize("text", ["", "a", "a.b", "-suffix", "snow_1"])
def test_host_text_passes(text: str) -> None:
    assert rules.as_host_part(text) == text


def test_a_value_that_is_needed() -> None:
    assert rules.needed("", "Region") == ""
    with pytest.raises(EndpointError, match="need a value for Region"):
        rules.needed(None, "Region")
