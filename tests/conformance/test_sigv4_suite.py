# SPDX-License-Identifier: Apache-2.0
"""The published Signature Version 4 cases: each request, signed in its headers and in its query."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from heliograph import sigv4
from heliograph.credentials.types import Credentials

if TYPE_CHECKING:
    from pathlib import Path

    from proof.suites import Published

HOST = "https://example.amazonaws.com"


def sign(case: dict[str, Any], where: str) -> tuple[sigv4.Signed, str]:
    """The case's request, signed, and the text that would be sent."""
    context = case["context"]
    head, _, body = case["request"].partition("\n\n")
    line, *fields = head.rstrip("\n").split("\n")
    method, _, rest = line.partition(" ")
    keys = context["credentials"]
    signed = sigv4.sign(
        method,
        HOST + rest.rpartition(" ")[0],
        [(name, value) for name, _, value in (field.partition(":") for field in fields)],
        body.encode(),
        Credentials(keys["access_key_id"], keys["secret_access_key"], keys.get("token")),
        context["region"],
        context["service"],
        datetime.fromisoformat(context["timestamp"]),
        where=where,  # type: ignore[arg-type]  # what the types forbid is what is tested
        expires=context["expiration_in_seconds"],
        normalize_path=context["normalize"],
        sign_body=context["sign_body"],
        omit_session_token=context.get("omit_session_token", False),
    )
    headers = "".join(f"{name}:{value}\n" for name, value in signed.headers)
    return signed, f"{method} {signed.url.removeprefix(HOST)} HTTP/1.1\n{headers}\n{body}"


@pytest.mark.parametrize("where", ["header", "query"])
def test_every_case(suites: Path, published: Published, where: str) -> None:
    cases = json.loads((suites / "sigv4/v4.json").read_text())["cases"]
    assert len(cases) == 25
    for case in cases:
        with published(f"sigv4/v4 {where}", case["case_id"]):
            signed, sent = sign(case, where)
            assert signed.canonical_request == case[f"{where}_canonical_request"]
            assert signed.string_to_sign == case[f"{where}_string_to_sign"]
            assert signed.signature == case[f"{where}_signature"]
            assert sent.lower() == case[f"{where}_signed_request"].lower()
