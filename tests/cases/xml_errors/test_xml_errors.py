# SPDX-License-Identifier: Apache-2.0
"""Errors of restXml, in a wrapper or without."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

MEMBERS = "<Code>Gone</Code><Message>left</Message><Count>3</Count><Where><Host>h</Host></Where>"


@pytest.mark.parametrize(
    "body",
    [
        f"<ErrorResponse><Error>{MEMBERS}</Error><RequestId>id-1</RequestId></ErrorResponse>",
        f"<Error>{MEMBERS}<RequestId>id-1</RequestId></Error>",
    ],
)
def test_raises_the_modelled_error(case: Any, body: str) -> None:
    with pytest.raises(case.package.Gone) as raised:
        case.client(410, content=body.encode(), headers={"X-Since": "Tue, 29 Apr 2014 18:30:38 GMT"}).do()
    error = raised.value
    assert (error.message, error.request_id, error.count) == ("left", "id-1", 3)
    assert error.since == datetime(2014, 4, 29, 18, 30, 38, tzinfo=UTC)
    assert error.where.host == "h"


@pytest.mark.parametrize(
    ("status", "body", "code", "message"),
    [
        (404, b"", "404", "Not Found"),
        (599, b"", "599", None),
        (502, b"<html>Bad gateway</html>", "502", "<html>Bad gateway</html>"),
        (400, b"<Error><Code>New</Code><Message>m</Message></Error>", "New", "m"),
        (400, b"<Error><Code>Ne", "400", "<Error><Code>Ne"),
    ],
    ids=str,
)
def test_another_error_is_of_the_base_class(
    case: Any, status: int, body: bytes, code: str, message: str | None
) -> None:
    with pytest.raises(case.package.ServiceError) as raised:
        case.client(status, content=body).do()
    assert type(raised.value) is case.package.ServiceError
    assert (raised.value.code, raised.value.message) == (code, message)


def test_an_error_whose_members_cannot_be_read_is_still_that_error(case: Any) -> None:
    with pytest.raises(case.package.Gone):
        case.client(410, content=b"<Error><Code>Gone</Code><Count>x</Count></Error>").do()
