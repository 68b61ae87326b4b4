# SPDX-License-Identifier: Apache-2.0
"""The published Signature Version 4A cases: what is signed is exact; signatures differ each time and are verified."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from heliograph import sigv4a
from heliograph.credentials.types import Credentials

if TYPE_CHECKING:
    from pathlib import Path

    from heliograph.sigv4 import Signed
    from proof.suites import Published

HOST = "https://example.amazonaws.com"


def sign(case: dict[str, Any], where: str) -> tuple[Signed, Credentials]:
    """The case's request, signed."""
    context = case["context"]
    head, _, body = case["request"].partition("\n\n")
    line, *fields = head.rstrip("\n").split("\n")
    method, _, rest = line.partition(" ")
    keys = context["credentials"]
    credentials = Credentials(keys["access_key_id"], keys["secret_access_key"], keys.get("token"))
    signed = sigv4a.sign(
        method,
        HOST + rest.rpartition(" ")[0],
        [(name, value) for name, _, value in (field.partition(":") for field in fields)],
        body.encode(),
        credentials,
        [context["region"]],
        context["service"],
        datetime.fromisoformat(context["timestamp"]),
        where=where,  # type: ignore[arg-type]  # a parameter of the test
        expires=context["expiration_in_seconds"],
        normalize_path=context["normalize"],
        sign_body=context["sign_body"],
        omit_session_token=context.get("omit_session_token", False),
    )
    return signed, credentials


@pytest.mark.parametrize("where", ["header", "query"])
def test_every_case(suites: Path, published: Published, where: str) -> None:
    cases = json.loads((suites / "sigv4/v4a.json").read_text())["cases"]
    complete = [case for case in cases if "public_key" in case]
    assert (len(cases), len(complete)) == (27, 25)  # two are published without an expectation
    for case in complete:
        with published(f"sigv4/v4a {where}", case["case_id"]):
            signed, credentials = sign(case, where)
            x, y = (int(case["public_key"][name], 16) for name in "XY")
            assert signed.canonical_request == case[f"{where}_canonical_request"]
            assert signed.string_to_sign == case[f"{where}_string_to_sign"]
            assert sigv4a.public_numbers(credentials) == (x, y)
            key = EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key()
            for signature in (signed.signature, case[f"{where}_signature"]):
                key.verify(bytes.fromhex(signature), signed.string_to_sign.encode(), ECDSA(SHA256()))
