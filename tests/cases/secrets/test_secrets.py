# SPDX-License-Identifier: Apache-2.0
"""Members that hold secrets: sent and read like others, never shown."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ParamError

SESSION = {"Name": "n", "Secret": "s3cret", "Keys": ["s3cret"], "Inner": {"Value": "s3cret"}}


def test_are_read_and_not_shown(case: Any) -> None:
    got = case.client(json={"Session": SESSION}, headers={"x-key": "s3cret"}).login(password="s3cret")
    assert case.sent_json == {"Password": "s3cret"}
    assert (got.session.secret, got.session.keys, got.session.inner.value, got.key) == (
        "s3cret",
        ["s3cret"],
        "s3cret",
        "s3cret",
    )
    assert repr(got) == "LoginResponse(key=***, session=Session(inner=***, keys=***, name='n', secret=***))"
    assert got.to_dict() == {"Session": SESSION, "Key": "s3cret"}


def test_errors_of_ours_do_not_show_them(case: Any) -> None:
    with pytest.raises(ParamError) as raised:
        case.client().login(password=b"s3cret")
    assert "s3cret" not in str(raised.value)
    with pytest.raises(ParamError) as raised:
        case.client().login(password="x", tokens=[["s3cret"]])
    assert "s3cret" not in str(raised.value)


def test_errors_of_the_service_do_not_show_them(case: Any) -> None:
    with pytest.raises(case.package.Leaky) as raised:
        case.client(400, json={"__type": "Leaky", "Message": "no", "Hint": "s3cret"}).login(password="x")
    assert raised.value.hint == "s3cret"
    assert "s3cret" not in f"{raised.value} {raised.value!r}"


DEEP = {
    "Bunches": [["s3cret", "s3cret"], ["s3cret"]],
    "Codes": {"hall": "s3cret"},
    "Ways": [
        {"Open": "wide"},
        {"Code": "s3cret"},
        {"More": [{"Code": "s3cret"}]},
        {"Door": {"Code": "s3cret"}},
    ],
    "Rooms": {"hall": [{"Name": "front", "Code": "s3cret"}], "s": [{"Code": "s3cret"}, {"Name": "back"}]},
}


def test_lists_and_maps_of_secrets_do_not_show(case: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(1)
    got = case.client(json={"Session": DEEP}).login(password="s3cret", tokens=["s3cret"])
    assert got.to_dict() == {"Session": DEEP}
    assert got.session.rooms["hall"][0].code == "s3cret"
    assert "name='front'" in repr(got)
    assert all(f"{name}=***" in repr(got) for name in ("bunches", "codes", "ways"))
    for shown in (
        repr(got),
        str(got),
        f"{got!r:>500}",
        repr([{"a": (got,)}]),
        repr(got.session.rooms),
        caplog.text,
    ):
        assert "s3cret" not in shown
