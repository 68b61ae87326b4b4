# SPDX-License-Identifier: Apache-2.0
"""Timestamps of examples, in the forms that published models have them."""

from __future__ import annotations

import pytest

from heliograph_codegen.moments import moment


@pytest.mark.parametrize(
    "value",
    [
        1,
        1.9,
        "1",
        "1.25",
        "1970-01-01T00:00:01Z",
        "1970-01-01T01:00:01+01:00",
        "Thu, 01 Jan 1970 00:00:01 GMT",
    ],
)
def test_reads_every_form_to_the_second(value: str | float) -> None:
    found = moment(value)
    assert found is not None
    assert found.isoformat() == "1970-01-01T00:00:01+00:00"


@pytest.mark.parametrize(
    "value", ["", "now", "2021-09-02T016:15:21-09:00", "NaN", "1e300", float("inf"), 10**40]
)
def test_anything_else_is_none(value: str | float) -> None:
    assert moment(value) is None
