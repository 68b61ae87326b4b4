# SPDX-License-Identifier: Apache-2.0
"""Values that are no texts, or too many, too long or too deep: refused in one line, or harmless."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from heliograph_codegen.errors import GenerationError
from heliograph_codegen.generate import load, package_of

HEAD = {"heliograph": 1, "service": "Bell Tower", "version": "1", "protocol": "rest-json", "signing": "bell"}


def with_operation(**operation: Any) -> dict[str, Any]:
    return {**HEAD, "operations": {"Ring": {"http": "POST /", **operation}}}


def with_member(**member: Any) -> dict[str, Any]:
    return with_operation(input={"Value": member})


def with_example(kind: str, value: Any) -> dict[str, Any]:
    example = {"title": "Shown", "input": {"Value": value}, "output": {}}
    return with_operation(input={"Value": kind}, output={}, examples=[example])


PLACES: dict[str, Callable[[Any], Any]] = {
    "read-timeout": lambda each: with_operation(**{"read-timeout": each}),
    "status": lambda each: with_operation(status=each),
    "range": lambda each: with_member(type="double", range=each),
    "length": lambda each: with_member(type="string", length=each),
    "default": lambda each: with_member(type="double", default=each),
    "default document": lambda each: with_member(type="document", default=each),
    "int-enum": lambda each: with_member(type="Rank") | {"shapes": {"Rank": {"int-enum": [each]}}},
    "example double": lambda each: with_example("double", each),
    "example bigDecimal": lambda each: with_example("bigDecimal", each),
    "example timestamp": lambda each: with_example("timestamp", each),
    "example document": lambda each: with_example("document", {"inner": [each]}),
}
VALUES = {
    "nan": float("nan"),
    "infinity": float("inf"),
    "large": 1e308,
    "minus zero": -0.0,
    "900 digits": 10**900,
    "5000 digits": 10**5000,
    "negative": -1,
    "true": True,
    "null": None,
    "bytes": b"x",
    "set": {1},
    "text NaN": "NaN",
    "text 1e9999": "1e9999",
}


def outcome(model: Any) -> str:
    """What is wrong with how a model was taken; nothing if empty."""
    try:
        package_of(load(model), "bell_tower")
    except GenerationError as error:
        said = str(error)
        is_fine = said.isprintable() and error.origin is not None and "defect of the generator" not in said
        return "" if is_fine else said
    return ""


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_is_refused_or_harmless(place: Callable[[Any], Any]) -> None:
    assert {name: said for name, value in VALUES.items() if (said := outcome(place(value)))} == {}


def test_ten_thousand_values_of_an_enumeration_are_constants() -> None:
    values = [f'value {number} """' for number in range(10_000)]
    model = with_member(type="Many") | {"shapes": {"Many": {"enum": values}}}
    assert package_of(load(model), "bell_tower").files["types.py"].count(b"value 9999 ") == 1


@pytest.mark.parametrize(
    ("documentation", "said"),
    [("x" * 1_000_000, "characters in a text"), ([[]] * 3, "is a list"), (None, "write a text")],
)
def test_what_is_too_long_or_no_text_is_refused(documentation: Any, said: str) -> None:
    with pytest.raises(GenerationError, match=said):
        load({**HEAD, "documentation": documentation})


def test_a_document_that_holds_itself_is_refused() -> None:
    tree: dict[str, Any] = {}
    tree["inner"] = tree
    with pytest.raises(GenerationError, match="levels of nesting"):
        load(with_example("document", tree))
