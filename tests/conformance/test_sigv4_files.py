# SPDX-License-Identifier: Apache-2.0
"""The Signature Version 4 cases that botocore's source distribution carries, five files each, signed in the headers."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from heliograph import sigv4
from heliograph.credentials.types import Credentials
from proof.suites import Published

HOST = "https://example.amazonaws.com"
MOMENT = datetime(2015, 8, 30, 12, 36, 0, tzinfo=UTC)
KEYS = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")


def _header(line: str, fields: list[tuple[str, str]]) -> None:
    """Add a header line; one that begins with a blank goes on with the last."""
    if line.startswith(" "):
        name, value = fields.pop()
        fields.append((name, f"{value} {line.strip()}"))
    else:
        name, _, value = line.partition(":")
        fields.append((name, value))


def _signed(text: str, token: str | None) -> sigv4.Signed:
    head, _, body = text.partition("\n\n")
    line, *lines = head.split("\n")
    fields: list[tuple[str, str]] = []
    for each in filter(None, lines):
        _header(each, fields)
    method, _, rest = line.partition(" ")
    added = ("x-amz-date", "x-amz-security-token")
    return sigv4.sign(
        method,
        HOST + rest.rpartition(" ")[0],
        [(name, value) for name, value in fields if name.lower() not in added],
        body.encode(),
        Credentials(*KEYS, token),
        "us-east-1",
        "service",
        MOMENT,
    )


def test_every_case(botocore_sdist: Path, published: Published) -> None:
    folder = botocore_sdist / "tests" / "unit" / "auth" / "aws4_testsuite"
    cases = sorted(folder.rglob("*.req"))
    assert len(cases) == 34
    for case in cases:
        with published("botocore/auth/aws4_testsuite", case.parent.relative_to(folder).as_posix()):
            canonical = case.with_suffix(".creq").read_text(encoding="utf-8")
            token = re.search("^x-amz-security-token:(.+)$", canonical, re.M)
            signed = _signed(case.read_text(encoding="utf-8"), token[1] if token else None)
            assert signed.canonical_request == canonical
            assert signed.string_to_sign == case.with_suffix(".sts").read_text(encoding="utf-8")
            assert dict(signed.headers)["Authorization"] == case.with_suffix(".authz").read_text(
                encoding="utf-8"
            )
