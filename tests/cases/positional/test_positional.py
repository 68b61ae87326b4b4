# SPDX-License-Identifier: Apache-2.0
"""Arguments by position, where the model lists them."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from heliograph import ParamError


def test_the_signatures(case: Any) -> None:
    def shown(method: str) -> list[str]:
        parameters = inspect.signature(getattr(case.package.Client, method)).parameters
        return [f"{each.kind.name[0]}:{name}" for name, each in parameters.items()][1:]

    assert shown("offer") == ["P:channel", "P:payload", "P:sender", "P:params", "K:needed", "K:extra"]
    assert shown("ask") == ["P:name", "K:params"]
    assert shown("tell") == ["P:params", "K:name", "K:other"]


def test_in_their_order(case: Any) -> None:
    case.client().offer("c", "p", "s", {"Extra": "e", "New": 1}, needed="n")
    assert case.sent_json == {
        "Channel": "c",
        "Payload": "p",
        "Sender": "s",
        "Extra": "e",
        "New": 1,
        "Needed": "n",
    }
    case.client().tell({"Name": "n"})
    assert case.sent_json == {"Name": "n"}


def test_others_are_keywords_alone(case: Any) -> None:
    with pytest.raises(TypeError):
        case.client().ask("n", {"Other": 1})
    with pytest.raises(TypeError):
        case.client().offer("c", "p", "s", {}, "n")


def test_no_member_is_given_twice(case: Any) -> None:
    with pytest.raises(ParamError, match=r"^Extra: is given twice"):
        case.client().offer("c", "p", params={"Extra": "e"}, extra="e", needed="n")
