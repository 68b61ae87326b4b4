# SPDX-License-Identifier: Apache-2.0
"""Operations whose results come in pages: what is asked for, what is given, and where one can go on."""

from __future__ import annotations

import asyncio
import base64
import inspect
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from heliograph import ParamError, ResponseError

Answers = list[dict[str, Any]]


class Service:
    """A client of the test's flavour that gets these answers one after another."""

    def __init__(self, case: Any, answers: Answers) -> None:
        self.case = case
        self.requests: list[Any] = []
        self._answers = iter(answers)
        self.client = case.real_client(transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        query = dict(request.url.params)
        self.requests.append(json.loads(request.content) if request.content else query)
        return httpx.Response(200, json=next(self._answers))

    def items(self, pages: Any) -> list[Any]:
        return self.case.run(_items(pages)) if hasattr(pages, "__aiter__") else [*pages]

    def dicts(self, pages: Any) -> list[Any]:
        return [page.to_dict() for page in self.items(pages.pages())]


async def _items(pages: Any) -> list[Any]:
    return [item async for item in pages]


@pytest.fixture
def service(case: Any) -> Callable[..., Service]:
    return lambda *answers: Service(case, [*answers])


def things(*ids: str, **more: Any) -> dict[str, Any]:
    return {"Things": [{"Id": each} for each in ids], **more}


PAGES = [
    things("a", "b", NextToken="1", Groups=["x"], Count=2),
    things("c", "d", NextToken="2", Groups=["y"], Count=2),
    things("e"),
]


def ids(items: list[Any]) -> str:
    return "".join(item.id for item in items)


def test_items_of_all_pages(service: Any) -> None:
    tiny = service(*PAGES, *PAGES)
    pages = tiny.client.paginate.list_things(group="g")
    assert ids(tiny.items(pages)) == "abcde"
    assert tiny.requests == [
        {"Group": "g"},
        {"Group": "g", "NextToken": "1"},
        {"Group": "g", "NextToken": "2"},
    ]
    assert ids(tiny.items(pages)) == "abcde", "each iteration begins anew"
    assert pages.resume_token is None


def test_pages_are_the_outputs(service: Any) -> None:
    tiny = service(*PAGES)
    assert tiny.dicts(tiny.client.paginate.list_things(group="g")) == PAGES


def test_nothing_is_asked_for_before_it_is_needed(service: Any) -> None:
    tiny = service(*PAGES)
    tiny.client.paginate.list_things(group="g")
    assert tiny.requests == []


def test_the_size_of_a_page(service: Any) -> None:
    tiny = service({}, {"List": {}})
    tiny.items(tiny.client.paginate.list_things(group="g", page_size=5))
    tiny.items(tiny.client.paginate.list_names(page_size=5))
    assert tiny.requests == [{"Group": "g", "MaxResults": 5}, {"limit": "5"}]


@pytest.mark.parametrize("most", range(1, 7))
def test_so_many_items_at_most_and_the_rest_later(service: Any, most: int) -> None:
    tiny = service(*PAGES)
    pages = tiny.client.paginate.list_things(group="g", max_items=most)
    given = ids(tiny.items(pages))
    assert given == "abcde"[:most]
    asked = len(tiny.requests)
    assert asked == (most + 1) // 2 if most < 5 else asked == 3
    if most >= 5:
        assert pages.resume_token is None
        return
    rest = service(*PAGES[most // 2 :])
    later = rest.client.paginate.list_things(group="g", starting_token=pages.resume_token)
    assert given + ids(rest.items(later)) == "abcde"
    assert rest.requests[0] == ({"Group": "g", "NextToken": str(most // 2)} if most >= 2 else {"Group": "g"})


def test_a_page_that_is_taken_up_again_gives_its_other_results_once(service: Any) -> None:
    tiny = service(*PAGES)
    pages = tiny.client.paginate.list_things(group="g", max_items=3)
    first = tiny.dicts(pages)
    assert first == [PAGES[0], things("c", NextToken="2", Groups=["y"], Count=2)]
    rest = service(*PAGES[1:])
    later = rest.client.paginate.list_things(group="g", starting_token=pages.resume_token)
    assert rest.dicts(later) == [things("d", NextToken="2", Groups=[], Count=2), PAGES[2]]


def test_a_page_that_is_taken_up_from_its_start_gives_them_all(service: Any) -> None:
    tiny = service(*PAGES)
    pages = tiny.client.paginate.list_things(group="g", max_items=2)
    tiny.items(pages)
    rest = service(*PAGES[1:])
    assert (
        rest.dicts(rest.client.paginate.list_things(group="g", starting_token=pages.resume_token))
        == PAGES[1:]
    )


def test_resuming_with_a_limit_counts_on(service: Any) -> None:
    token, found = None, ""
    for start in (0, 0, 1, 1, 2):
        tiny = service(*PAGES[start:])
        pages = tiny.client.paginate.list_things(group="g", max_items=1, starting_token=token)
        found += ids(tiny.items(pages))
        token = pages.resume_token
    assert (found, token) == ("abcde", None)


def test_the_service_s_own_token(service: Any) -> None:
    own = base64.b64encode(json.dumps({"of": "the service"}).encode()).decode()
    tiny = service({}, {})
    tiny.items(tiny.client.paginate.list_things(group="g", starting_token=own))
    tiny.items(tiny.client.paginate.list_things(group="g", starting_token="opaque"))
    assert [each["NextToken"] for each in tiny.requests] == [own, "opaque"]


def test_tokens_that_hold_binary_values(service: Any) -> None:
    key = {"Part": {"B": "AP8="}, "Sort": {"S": "s"}}
    tiny = service({"ByKey": {"a": 1, "b": 2}, "LastKey": key}, {"ByKey": {"c": 3}})
    pages = tiny.client.paginate.scan_keys(max_items=2)
    assert tiny.items(pages) == [("a", 1), ("b", 2)]
    rest = service({"ByKey": {"c": 3}})
    assert rest.items(rest.client.paginate.scan_keys(starting_token=pages.resume_token)) == [("c", 3)]
    assert rest.requests == [{"StartKey": key}]


def test_entries_of_a_map_can_be_cut(service: Any) -> None:
    tiny = service({"ByKey": {"a": 1, "b": 2, "c": 3}})
    pages = tiny.client.paginate.scan_keys(max_items=1)
    assert tiny.items(pages) == [("a", 1)]
    rest = service({"ByKey": {"a": 1, "b": 2, "c": 3}})
    assert rest.items(rest.client.paginate.scan_keys(starting_token=pages.resume_token)) == [
        ("b", 2),
        ("c", 3),
    ]


def test_paths_alternatives_and_a_flag(service: Any) -> None:
    tiny = service(
        {"List": {"Names": ["a", "b"], "More": True}},
        {"List": {"Names": ["c"], "More": True, "NextMarker": "m"}},
        {"List": {"Names": ["d"], "More": False, "NextMarker": "n"}},
    )
    assert tiny.items(tiny.client.paginate.list_names()) == ["a", "b", "c", "d"]
    assert tiny.requests == [{}, {"marker": "b"}, {"marker": "m"}]


def test_several_tokens(service: Any) -> None:
    tiny = service({"Records": ["a"], "NextName": "n"}, {"Records": ["b"], "NextId": "i"}, {})
    pages = tiny.client.paginate.list_records()
    assert tiny.items(pages) == ["a", "b"]
    assert tiny.requests == [{}, {"Name": "n"}, {"Id": "i"}]
    with pytest.raises(ParamError, match=r"^starting_token: ListRecords goes on with Name and Id: only"):
        tiny.client.paginate.list_records(starting_token="opaque")


def test_a_page_is_an_item_where_it_holds_no_list(service: Any) -> None:
    tiny = service({"Text": "one", "Marker": "m"}, {"Text": "two", "Marker": "n"})
    pages = tiny.client.paginate.read_log(max_items=2)
    assert [page.text for page in tiny.items(pages)] == ["one", "two"]
    assert len(tiny.requests) == 2
    assert pages.resume_token is not None


def test_an_empty_page_need_not_be_the_last(service: Any) -> None:
    tiny = service({"NextToken": "1"}, things("a", NextToken=""))
    assert ids(tiny.items(tiny.client.paginate.list_things(group="g"))) == "a"


def test_tokens_that_come_back_are_an_error_without_their_text(service: Any) -> None:
    tiny = service(PAGES[0], things("c", NextToken="secret"), things("d", NextToken="secret"))
    with pytest.raises(ResponseError) as raised:
        tiny.items(tiny.client.paginate.list_things(group="g"))
    said = "ListThings: page 3 leads on with the same NextToken as the page before; the pages would not end"
    assert str(raised.value) == said


def test_members_by_wire_name(service: Any) -> None:
    tiny = service({})
    tiny.items(tiny.client.paginate.list_things(group="g", params={"NextToken": "t", "New": 1}))
    assert tiny.requests == [{"Group": "g", "NextToken": "t", "New": 1}]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"max_items": 0}, "max_items: is a whole number above 0"),
        ({"max_items": True}, "max_items: is a whole number above 0"),
        ({"page_size": "7"}, "page_size: is a whole number above 0"),
        ({"starting_token": ""}, "starting_token: is the resume_token of an earlier iteration"),
        ({"params": {"nexttoken": 1}}, "nexttoken: is spelled NextToken"),
        ({"params": {"Group": "g"}}, "Group: is given twice"),
    ],
)
def test_arguments_that_cannot_be_used(service: Any, arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(ParamError) as raised:
        service().client.paginate.list_things(group="g", **arguments)
    assert str(raised.value).startswith(said)


def test_what_pages_an_operation_is_no_argument(case: Any) -> None:
    method = case.real_client().paginate.list_things
    assert [*inspect.signature(method).parameters] == [
        *("group", "page_size_", "page_size", "max_items", "starting_token", "params"),
    ]
    assert all(each.kind is each.KEYWORD_ONLY for each in inspect.signature(method).parameters.values())
    with pytest.raises(TypeError):
        case.real_client().paginate.read_log(page_size=1)


def test_the_untyped_door(service: Any) -> None:
    tiny = service(*PAGES)
    pages = tiny.client.call_pages("ListThings", {"Group": "g"}, page_size=9, max_items=3)
    assert tiny.items(pages) == [PAGES[0], things("c", NextToken="2", Groups=["y"], Count=2)]
    assert tiny.requests[1] == {"Group": "g", "MaxResults": 9, "NextToken": "1"}
    rest = service(*PAGES[1:])
    later = rest.client.call_pages("ListThings", {"Group": "g"}, starting_token=pages.resume_token)
    assert [len(page["Things"]) for page in rest.items(later)] == [1, 1]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("GetOne",), "GetOne: its results do not come in pages; use call()"),
        (("ListThing",), "ListThing: Tiny Pages has no such operation; did you mean ListThings?"),
        (("ReadLog", {}, 5), "page_size: the pages of ReadLog have no size to choose"),
    ],
)
def test_the_untyped_door_refuses(service: Any, call: Any, said: str) -> None:
    with pytest.raises(ParamError) as raised:
        service().client.call_pages(*call)
    assert str(raised.value) == said


def test_operations_say_how_they_are_paged(case: Any) -> None:
    assert case.package.OPERATIONS["ListThings"].paginator == "ListThings"
    assert case.package.OPERATIONS["GetOne"].paginator is None
    assert repr(case.real_client().paginate.read_log()).endswith("Pages of ReadLog>")


def test_leaving_early_is_no_error(service: Any) -> None:
    tiny = service(*PAGES)
    pages = tiny.client.paginate.list_things(group="g")

    async def first() -> Any:
        return await anext(aiter(pages))

    item = asyncio.run(first()) if hasattr(pages, "__aiter__") else next(iter(pages))
    assert item.id == "a"
    assert len(tiny.requests) == 1


def test_the_user_agent_counts_calls_for_pages(case: Any) -> None:
    client = case.real_client(transport=httpx.MockTransport(case.answer(json=things("a"))))
    pages = [client.paginate.list_things(group="g"), client.call_pages("ListThings", {"Group": "g"})]
    for each in pages:
        [*each] if case.flavour == "sync" else case.run(_items(each))
    case.run(client.list_things(group="g"))
    agents = [request.headers["user-agent"].split(" ") for request in case.requests]
    assert ["m/E,N,C,e" in agent for agent in agents] == [True, True, False]
    assert "m/E,N,e" in agents[2]
