# SPDX-License-Identifier: Apache-2.0
"""Operation names that clients, Python or the modules need for themselves."""

from __future__ import annotations

from typing import Any

import pytest

METHODS = {
    "Call": "call_",
    "Close": "close_",
    "Aclose": "aclose_",
    "Presign": "presign_",
    "WithOptions": "with_options_",
    "Import": "import_",
    "Service": "service",
    "Operations": "operations",
    "Errors": "errors",
    "JSON": "json",
    "TypeChecking": "type_checking",
    "Str": "str_",
    "Dict": "dict_",
    "Eval": "eval",
    "Init": "init",
    "GET2Things": "get2_things",
}


def test_the_records_name_the_methods(case: Any) -> None:
    assert {name: info.method for name, info in case.package.OPERATIONS.items()} == METHODS


@pytest.mark.parametrize(("name", "method"), METHODS.items())
def test_each_calls_its_own_operation(case: Any, name: str, method: str) -> None:
    getattr(case.client(), method)()
    assert case.target == case.sent.url.path
    path = case.target
    case.client().call(name)
    assert case.target == path
    assert path.strip("/").replace("-", "") == name.lower()


def test_what_clients_have_stays(case: Any) -> None:
    client = case.client()
    assert client.call("Service", {}) == {}
    assert client.presign("Close").url.startswith("https://service.test/close?")
