# SPDX-License-Identifier: Apache-2.0
"""Examples of the model: rows of the generated tests, and calls on the reference page."""

from __future__ import annotations

from typing import Any


def test_they_are_rows_of_the_generated_tests(case: Any) -> None:
    rows = case.made.test.decode()
    assert '"Show, example 1"' in rows
    assert "/shows/a/b%20c?zone=z&a=1" in rows
    assert "2014-04-29T18:30:38Z" in rows


def test_one_that_does_not_equal_itself_is_no_row(case: Any) -> None:
    assert '"Show, example 2"' not in case.made.test.decode()


def test_the_first_one_is_on_the_reference_page(case: Any) -> None:
    page = case.made.page.decode()
    assert 'id="a/b c",' in page
    assert "at=datetime.fromtimestamp(1398796238, UTC)," in page
    assert 'data=b"bytes",' in page
