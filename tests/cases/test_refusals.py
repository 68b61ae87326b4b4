# SPDX-License-Identifier: Apache-2.0
"""Models that hold together, and yet cannot become a package: one line says why and where."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph_codegen.errors import GenerationError
from heliograph_codegen.generate import load, package_of


def model(operation: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A model of one operation."""
    head = {"heliograph": 1, "service": "Tiny", "version": "1", "protocol": "rest-json", "signing": "tiny"}
    return {**head, "operations": {"Get": {"http": "GET /get", **operation}}, **more}


ERROR = {"Wrong": {"members": {"Data": {"type": "blob", "payload": True}}}}

EVENTS = {"U": {"union": {"E": "E"}, "event-stream": True}, "E": {"structure": {}}}
SPARSE = {"B": {"list": "string", "sparse": True}}

REFUSED = {
    "two members": (
        model({"input": {"FooBar": "string", "foo_bar": "string"}}),
        "model:/operations/Get/input/foo_bar: Get: FooBar and foo_bar would both be called foo_bar; rename one",
    ),
    "two operations": (
        model({}, operations={"GetIt": {"http": "GET /a"}, "Get_It": {"http": "GET /b"}}),
        "model:/operations/Get_It: operations: GetIt and Get_It would both be called get_it; rename one",
    ),
    "two shapes": (
        model(
            {"output": {"A": "thing", "B": "Thing"}},
            shapes={"thing": {"structure": {}}, "Thing": {"structure": {}}},
        ),
        "model:/shapes/thing: the shapes Thing and thing would both be called Thing; rename one",
    ),
    "an error's payload": (
        model({"errors": ["Wrong"]}, errors=ERROR),
        "model:/errors/Wrong/members/Data: the generator cannot make a body of an error out of Data yet",
    ),
    "a compression that is not gzip": (
        model({"http": "PUT /get", "input": {"A": "string"}, "compression": "br"}),
        "model:/operations/Get: the generator cannot make the compression br of operation Get yet; it makes gzip",
    ),
    "the compression of a stream": (
        model(
            {
                "http": "PUT /get",
                "input": {"A": {"type": "blob", "payload": True, "streaming": True}},
                "compression": "gzip",
            }
        ),
        "model:/operations/Get/input/A: the generator cannot make the compression of the streaming body A yet",
    ),
    "a member beside a stream of events": (
        model({"http": "PUT /get", "output": {"A": "U", "B": "string"}}, shapes=EVENTS),
        "model:/operations/Get/output/B: B stands beside a stream of events, which is all of the body in the "
        "protocol rest-json; bind it to a header",
    ),
    "a stream of events in a form": (
        {**model({}, protocol="query"), "operations": {"Get": {"input": {"A": "U"}}}, "shapes": EVENTS},
        "model:/operations/Get/input/A: a stream of events, such as A, has no form in the protocol query",
    ),
    "a checksum of events": (
        model(
            {
                "http": "PUT /get",
                "input": {"A": {"type": "U", "payload": True}},
                "checksum": {"required": True},
            },
            shapes=EVENTS,
        ),
        "model:/operations/Get/input/A: the generator cannot make the checksum or compression of the events A yet; "
        "it makes them of whole bodies",
    ),
    "a document in XML": (
        model({"output": {"A": "B"}}, protocol="rest-xml", shapes={"B": {"structure": {"C": "document"}}}),
        "model:/shapes/B: the document in B has no form in the protocol rest-xml; use another protocol or type",
    ),
    "null in a list of a form": (
        {**model({}, protocol="query"), "operations": {"Get": {"input": {"A": "B"}}}, "shapes": SPARSE},
        "model:/shapes/B: null as an entry of B ('sparse') has no form in the protocol query; "
        "use another protocol or type",
    ),
    "a name that no element has": (
        model({"output": {"A": {"type": "string", "wire-name": "a><b"}}}, protocol="rest-xml"),
        "model:/operations/Get/output: the name 'a><b' has no form in the protocol rest-xml; "
        "use another protocol or type",
    ),
    "a prefix without a namespace": (
        model(
            {"http": "PUT /get", "input": {"A": {"type": "string", "wire-name": "p:a"}}}, protocol="rest-xml"
        ),
        "model:/operations/Get/input/A: the prefix of the XML name 'p:a' stands for no namespace; declare it with "
        "'xml-namespace: {uri: ..., prefix: p}' at the element or one around it",
    ),
    "a name of underscores": (
        model({"input": {"_": "string"}}),
        "model:/operations/Get/input/_: '_' cannot be a Python name: Python reserves it; give it another name",
    ),
}


@pytest.mark.parametrize(("document", "said"), REFUSED.values(), ids=REFUSED)
def test_is_refused(document: dict[str, Any], said: str) -> None:
    with pytest.raises(GenerationError) as raised:
        package_of(load(document), "tiny")
    assert str(raised.value) == said


@pytest.mark.parametrize("name", ["", "a..b", "../x", "a/b", "class", "a.__init__", "1a", "a b"])
def test_a_package_name_is_refused(name: str) -> None:
    with pytest.raises(GenerationError, match="cannot be a Python name"):
        package_of(load(model({})), name)


@pytest.mark.parametrize(
    ("service", "client"),
    [
        ("Async", "Async_Client"),
        ("Service", "Service_Client"),
        ("Param", "Param_Client"),
        ("iot 2x", "Iot2xClient"),
    ],
)
def test_a_service_id_never_takes_the_names_of_every_package(service: str, client: str) -> None:
    files = package_of(load({**model({}), "service": service}), "tiny").files
    assert f"class {client}(Client):" in files["client.py"].decode()
    assert f"class Async{client}(AsyncClient):" in files["async_client.py"].decode()


def test_two_members_that_say_the_message_of_an_error_are_told_apart() -> None:
    error = {"Wrong": {"members": {"Message": "string", "message": "string"}}}
    files = package_of(load(model({"errors": ["Wrong"]}, errors=error)), "tiny").files
    assert '("message", "Message", False, None)' in files["errors.py"].decode()
    assert 'self.message_ = get("message")' in files["errors.py"].decode()
