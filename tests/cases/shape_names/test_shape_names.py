# SPDX-License-Identifier: Apache-2.0
"""Shape names that the modules need for themselves."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from heliograph import ParamError

PLAIN = [
    "Client",
    "AsyncClient",
    "Structure",
    "Shapes",
    "None",
    "Twins",
    "Twin",
    "TinyThingsClient",
    "object",
]
PLAIN += ["Class", "Json", "Str", "Type", "Response", "Hidden"]


def test_writes_and_reads_them(case: Any) -> None:
    package = case.package
    wire = {name: {"Name": "n"} for name in PLAIN}
    wire |= {"Any": {"Any": "a"}, "Map": {"Inner": {"Name": "n"}}, "Sequence": {"Names": ["n"]}}
    got = case.client(json=wire | {"Literal": "A", "Decimal": {"Exact": 1}, "List": [{"Name": "n"}]}).gather(
        client=package.Client_(name="n"), service=package.Service_(name="s"), many=[{"Name": "m"}]
    )
    assert case.sent_json == {"Client": {"Name": "n"}, "Service": {"Name": "s"}, "Many": [{"Name": "m"}]}
    assert type(got) is package.Output_
    assert got.to_dict() == wire | {"Literal": "A", "Decimal": {"Exact": Decimal(1)}, "List": [{"Name": "n"}]}
    assert (type(got.twins), type(got.twin)) == (package.IceServer, package.ICEServer)
    assert type(got.hidden) is package.Hidden is type(package.from_dict("__Hidden", {}))


def test_the_names_every_package_has_stay(case: Any) -> None:
    package = case.package
    assert package.Client.__name__ == "TinyThingsClient"
    assert package.AsyncClient.__name__ == "AsyncTinyThingsClient"
    assert issubclass(package.ParamError, ParamError)
    assert package.ServiceError.__name__ == "TinyThingsError"
    assert sorted(package.__all__) == sorted(set(package.__all__))
    assert all(hasattr(package, name) for name in package.__all__)


@pytest.mark.parametrize(
    ("code", "name"),
    [("Exception", "Exception"), ("ServiceError", "ServiceError_"), ("TinyThingsError", "TinyThingsError_")],
)
def test_errors(case: Any, code: str, name: str) -> None:
    with pytest.raises(case.package.ServiceError) as raised:
        case.client(400, json={"__type": code}).gather()
    assert type(raised.value) is getattr(case.package.errors, name)


def test_constants_and_classes_of_one_name(case: Any) -> None:
    assert case.client(json={"Name": "n"}).get_thing() == case.package.GET_THING(name="n")


def test_an_input_and_an_output(case: Any) -> None:
    got = case.client(json={"Name": "n"}).serve(name="a", inner=case.package.Request_(name="b"))
    assert case.sent_json == {"Name": "a", "Inner": {"Name": "b"}}
    assert got == case.package.Service_(name="n")


def test_from_dict_goes_by_the_names_of_the_model(case: Any) -> None:
    assert type(case.package.from_dict("Client", {"Name": "n"})) is case.package.Client_
    assert case.package.from_dict("Mapping", {"Inner": {"Name": "n"}}).inner.name == "n"
