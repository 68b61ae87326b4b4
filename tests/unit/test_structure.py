# SPDX-License-Identifier: Apache-2.0
"""Structures: what absence means, dicts both ways, copies, comparison, what is shown."""

from __future__ import annotations

import copy
import pickle
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest

from heliograph.errors import ParamError
from heliograph.http import WireResponse
from heliograph.structure import (
    ABSENT_LIST,
    ABSENT_MAP,
    NoOutput,
    Output,
    ResponseInfo,
    Structure,
    request_id,
    structure_of,
    to_dict,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Copy = Callable[[Any], Any]


class Server(Structure):
    """A structure as generated packages have it: one required member, one secret, one list."""

    __slots__ = ("password", "uris", "user_name")

    MEMBERS = (
        ("user_name", "UserName", False, None),
        ("password", "Password", True, None),
        ("uris", "Uris", False, None),
    )

    def __init__(
        self, *, user_name: str, password: str | None = None, uris: Sequence[str] = ABSENT_LIST
    ) -> None:
        self.user_name = user_name
        self.password = password
        self.uris = uris


class Answer(Output):
    """An output that nests structures in every way."""

    __slots__ = ("by_name", "first", "grid", "servers")

    MEMBERS = (
        ("first", "First", False, "Server"),
        ("servers", "Servers", False, ("list", "Server")),
        ("by_name", "ByName", False, ("map", "Server")),
        ("grid", "Grid", False, ("list", ("map", "Server"))),
    )

    def __init__(
        self,
        *,
        first: Server | None = None,
        servers: Sequence[Server] = ABSENT_LIST,
        by_name: Mapping[str, Server] = ABSENT_MAP,
        grid: Sequence[Mapping[str, Server]] = ABSENT_LIST,
    ) -> None:
        self.first = first
        self.servers = servers
        self.by_name = by_name
        self.grid = grid


FULL: dict[str, Any] = {
    "First": {"UserName": "a", "Password": "canary"},
    "Servers": [{"UserName": "b", "Uris": ["turn:x"]}, {"UserName": "c", "Uris": []}],
    "ByName": {"d": {"UserName": "d"}},
    "Grid": [{"e": {"UserName": "e"}}, {}],
}

COPIES = [
    pytest.param(copy.copy, id="copy"),
    pytest.param(copy.deepcopy, id="deepcopy"),
    pytest.param(lambda value: pickle.loads(pickle.dumps(value)), id="pickle"),
]


def response(headers: dict[str, str] | None = None) -> WireResponse:
    return WireResponse(200, headers or {}, b"")


def test_dicts_become_structures_at_any_depth_and_come_back() -> None:
    answer = Answer.from_dict(FULL)
    assert isinstance(answer.first, Server)
    assert answer.servers[0].uris == ["turn:x"]
    assert answer.by_name["d"].user_name == "d"
    assert answer.grid[0]["e"].user_name == "e"
    assert to_dict(answer) == FULL


def test_an_empty_list_that_was_there_is_kept_and_an_absent_one_is_not() -> None:
    assert Answer(servers=[], by_name={}).to_dict() == {"Servers": [], "ByName": {}}
    assert Answer(servers=()).to_dict() == {"Servers": []}
    assert Answer().to_dict() == {}


def test_what_is_absent_in_a_dict_is_absent_in_the_structure() -> None:
    for answer in (Answer.from_dict({}), Answer.from_dict(dict.fromkeys(FULL))):
        assert answer.first is None
        assert answer.servers is ABSENT_LIST
        assert answer.by_name is ABSENT_MAP
        assert answer.to_dict() == {}


def test_absent_lists_and_maps_are_empty_and_immutable() -> None:
    answer = Answer()
    assert list(answer.servers) == []
    assert dict(answer.by_name) == {}
    assert answer.servers == ()
    assert not hasattr(answer.servers, "append")
    assert not hasattr(answer.by_name, "__setitem__")


def test_an_absent_required_member_is_named_when_it_is_read() -> None:
    server = Server.from_dict({"Password": "x"})
    with pytest.raises(AttributeError, match=r"Server\.user_name is not set: the answer lacked UserName"):
        _ = server.user_name
    assert server.to_dict() == {"Password": "x"}
    assert getattr(server, "user_name", "default") == "default"


def test_a_misspelt_attribute_is_pythons_own_error() -> None:
    with pytest.raises(AttributeError, match="'Server' object has no attribute 'usr_name'"):
        _ = Server(user_name="a").usr_name  # type: ignore[attr-defined]  # there is no such attribute
    with pytest.raises(AttributeError):
        Server(user_name="a").usr_name = 1  # type: ignore[attr-defined]  # there is no such attribute


def test_structures_and_mappings_mix_in_input() -> None:
    answer = Answer.from_dict({"Servers": [Server(user_name="a"), MappingProxyType({"UserName": "b"})]})
    assert [server.user_name for server in answer.servers] == ["a", "b"]
    mixed: Any = Answer(
        servers=[Server(user_name="a")], by_name=MappingProxyType({"b": Server(user_name="b")})
    )
    assert mixed.to_dict() == {"Servers": [{"UserName": "a"}], "ByName": {"b": {"UserName": "b"}}}


@pytest.mark.parametrize(
    ("members", "message"),
    [
        pytest.param(
            {"Frist": {}}, "Frist: Answer has no such member; it has First, Servers, ByName, Grid", id="name"
        ),
        pytest.param(
            {1: {}}, "1: Answer has no such member; it has First, Servers, ByName, Grid", id="no-name"
        ),
        pytest.param("x", "expected Answer or a mapping, got str", id="no-mapping"),
        pytest.param({"First": "canary"}, "First: expected Server or a mapping, got str", id="no-structure"),
        pytest.param({"Servers": "canary"}, "Servers: expected a list, got str", id="no-list"),
        pytest.param({"Servers": [{}, 3]}, "Servers[1]: expected Server or a mapping, got int", id="no-item"),
        pytest.param(
            {"Servers": [{"Nome": 1}]},
            "Servers[0].Nome: Server has no such member; it has UserName, Password, Uris",
            id="nested-name",
        ),
        pytest.param({"ByName": [1]}, "ByName: expected a mapping, got list", id="no-map"),
        pytest.param(
            {"Grid": [{}, {"a": {"X": 1}}]},
            "Grid[1]['a'].X: Server has no such member; it has UserName, Password, Uris",
            id="deep",
        ),
    ],
)
def test_a_dict_that_does_not_fit_is_refused_where_it_does_not(members: Any, message: str) -> None:
    with pytest.raises(ParamError) as caught:
        Answer.from_dict(members)
    assert str(caught.value) == message


def test_structure_of_knows_the_shapes_of_the_model() -> None:
    shapes = {"Server": Server, "Answer": Answer}
    assert structure_of(shapes, "Server", {"UserName": "a"}) == Server(user_name="a")
    with pytest.raises(
        ParamError, match="Sever: the model has no structure of that name; it has Server, Answer"
    ):
        structure_of(shapes, "Sever", {})


def test_secrets_are_not_shown() -> None:
    shown = repr(Answer.from_dict(FULL))
    assert "canary" not in shown
    assert shown.startswith("Answer(first=Server(user_name='a', password=***), servers=[Server(user_name='b'")
    assert str(Server(user_name="a")) == f"{Server(user_name='a')}" == "Server(user_name='a')"
    assert repr(Server.from_dict({})) == "Server()"


def test_structures_are_equal_by_content_and_have_no_hash() -> None:
    assert Server(user_name="a") == Server(user_name="a", password=None)
    assert Server(user_name="a") != Server(user_name="b")
    assert Server(user_name="a") != {"UserName": "a"}
    assert Server(user_name="a", uris=[]) != Server(user_name="a")
    assert NoOutput() != Answer()
    with pytest.raises(TypeError, match="unhashable"):
        hash(Server(user_name="a"))


def test_how_an_answer_came_does_not_make_it_another() -> None:
    one, other = Answer(), Answer()
    one.response = ResponseInfo(response({"x-amzn-requestid": "1"}), 1)
    assert one == other
    assert one.to_dict() == {}


@pytest.mark.parametrize("duplicate", COPIES)
def test_copies_are_equal_and_keep_what_is_absent(duplicate: Copy) -> None:
    answer = Answer.from_dict({"First": {"UserName": "a"}})
    answer.response = ResponseInfo(response({"x-amzn-requestid": "1"}), 2)
    twin = duplicate(answer)
    assert twin == answer
    assert twin.servers is ABSENT_LIST
    assert twin.by_name is ABSENT_MAP
    assert (twin.response.request_id, twin.response.attempts) == ("1", 2)
    assert twin.to_dict() == {"First": {"UserName": "a"}}


@pytest.mark.parametrize("duplicate", COPIES)
def test_copies_keep_an_unset_required_member_unset(duplicate: Copy) -> None:
    twin = duplicate(Server.from_dict({}))
    with pytest.raises(AttributeError, match="is not set"):
        _ = twin.user_name
    assert duplicate(NoOutput()) == NoOutput()


def test_a_structure_without_members_is_made_of_an_empty_dict() -> None:
    assert NoOutput.from_dict({}) == NoOutput()
    with pytest.raises(ParamError, match="A: NoOutput has no such member; it has none"):
        NoOutput.from_dict({"A": 1})


def test_a_deep_copy_is_independent() -> None:
    answer = Answer.from_dict(FULL)
    twin = copy.deepcopy(answer)
    twin.servers[0].user_name = "changed"
    assert answer.servers[0].user_name == "b"


@pytest.mark.parametrize("header", ["x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id"])
def test_the_request_id_is_found_under_each_of_its_names(header: str) -> None:
    assert request_id(response({header: "1"})) == "1"
    assert request_id(response({})) is None


def test_the_response_is_shown_without_its_headers() -> None:
    info = ResponseInfo(response({"x-amzn-requestid": "1", "set-cookie": "canary"}), 3)
    assert repr(info) == "ResponseInfo(request_id='1', status_code=200, attempts=3)"
    assert info.headers["set-cookie"] == "canary"
