# SPDX-License-Identifier: Apache-2.0
"""Member names that Python or the package needs for itself."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ParamError

KEYWORDS = {
    "self": "self_",
    "class": "class_",
    "params": "params_",
    "type": "type",
    "response": "response",
    "to_dict": "to_dict",
    "from_dict": "from_dict",
    "operations": "operations",
    "Print": "print",
    "Open": "open",
    "Str": "str",
    "Value": "value",
    "Name": "name",
    "Body": "body",
    "Members": "members",
    "Unknown": "unknown",
    "None": "none",
    "match": "match",
    "Lambda": "lambda_",
    "HTTPStatusCode2xx": "http_status_code2_xx",
    "_Hidden": "hidden",
}
ATTRIBUTES = {
    "self": "self_",
    "class": "class_",
    "params": "params",
    "type": "type",
    "response": "response_",
    "to_dict": "to_dict_",
    "from_dict": "from_dict_",
    "Get": "get",
    "New": "new",
    "Data": "data",
    "Str": "str",
    "MEMBERS": "members",
    "import": "import_",
    "None": "none",
    "Open": "open",
    "_Hidden": "hidden",
}


def test_arguments(case: Any) -> None:
    assert dict(case.package.OPERATIONS["Try"].params) == KEYWORDS
    given = {wire: 7 if wire.startswith("HTTP") else f"{wire}!" for wire in KEYWORDS}
    case.client().try_(**{KEYWORDS[wire]: value for wire, value in given.items()})
    assert case.sent_json == given
    case.client().try_("s", "c", params={"params": "p"})
    assert case.sent_json == {"self": "s", "class": "c", "params": "p"}
    case.client().call("Try", given)
    assert case.sent_json == given


def test_attributes(case: Any) -> None:
    wire = {name: f"{name}!" for name in ATTRIBUTES}
    got = case.client(json=wire).try_("s")
    assert {name: getattr(got, own) for name, own in ATTRIBUTES.items()} == wire
    assert got.response.status_code == 200
    assert got.to_dict() == wire == case.package.to_dict(got)
    assert case.package.from_dict("Names", wire).to_dict() == wire
    assert case.package.Names(**{ATTRIBUTES[name]: value for name, value in wire.items()}).to_dict() == wire


def test_members_outside_of_the_body(case: Any) -> None:
    data = {"Get": "g", "New": "n"}
    got = case.client(json=data, headers={"x-get": "h"}).meet(query="q", headers="h", get="g", data=data)
    assert (case.target, case.sent.headers["x-headers"], case.sent_json) == ("/meet/q?get=g", "h", data)
    assert (got.get, got.data.get, got.data.new) == ("h", "g", "n")


def test_a_name_in_another_case_is_refused(case: Any) -> None:
    with pytest.raises(ParamError, match="is spelled Print"):
        case.client().call("Try", {"self": "s", "print": "p"})
