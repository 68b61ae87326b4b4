# SPDX-License-Identifier: Apache-2.0
"""The language-neutral model: paths, closure, digest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from heliograph_codegen import ir
from heliograph_codegen.ir import Label

SERVICE = ir.Service(id="Tiny Things", version="1", protocols=(ir.Protocol.REST_JSON,), signing_name="tiny")


def structure(name: str, **targets: str) -> ir.StructureShape:
    members = {each: ir.Member(name=each, target=target, wire_name=each) for each, target in targets.items()}
    return ir.StructureShape(name=name, members=members)


def model(*shapes: ir.AnyShape, operation: ir.Operation | None = None) -> ir.Model:
    operation = operation or ir.Operation(name="Do", input="In")
    return ir.Model(
        service=SERVICE,
        operations={operation.name: operation},
        shapes={shape.name: shape for shape in sorted(shapes, key=lambda shape: shape.name)},
    )


@pytest.mark.parametrize(
    ("text", "parts", "query"),
    [
        ("/", ("/",), ()),
        ("/v1/get-things", ("/v1/get-things",), ()),
        ("/v1/{Id}", ("/v1/", Label("Id")), ()),
        ("/{Bucket}/{Key+}", ("/", Label("Bucket"), "/", Label("Key", greedy=True)), ()),
        ("/a/{x}:{y}/b", ("/a/", Label("x"), ":", Label("y"), "/b"), ()),
        ("/{account-id}/x/", ("/", Label("account-id"), "/x/"), ()),
        ("/a?acl", ("/a",), (("acl", None),)),
        ("/a?list-type=2&x=", ("/a",), (("list-type", "2"), ("x", ""))),
    ],
)
def test_path_is_parsed_and_written_back(text: str, parts: ir.Parts, query: object) -> None:
    path = ir.Path.parse(text)
    assert path.parts == parts
    assert path.query == query
    assert str(path) == text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "starts with a slash"),
        ("v1", "starts with a slash"),
        ("//evil.test/x", "empty segment"),
        ("/a/../b", "segment '.' or '..'"),
        ("/a/./b", "segment '.' or '..'"),
        ("/a b", "character ' '"),
        ("/a#b", "character '#'"),
        ("/a%2e%2e", "character '%'"),
        ("/a\r\nX: y", r"character '\r'"),
        ("/é", "character 'é'"),
        ("/{", "character '{'"),
        ("/a}", "character '}'"),
        ("/{}", "no label"),
        ("/{x!r}", "no label"),
        ("/{0.__class__}", "no label"),
        ("/{a}/{a}", "stands there twice"),
        ("/{a+}/{b+}", "one greedy label"),
        ("/a?", "its query"),
        ("/a?=b", "its query"),
        ("/a?b=c#d", "its query"),
        ("/a?b={c}", "its query"),
    ],
)
def test_path_outside_of_the_grammar_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is compared below
        ir.Path.parse(text)
    assert problem in str(caught.value)


def test_host_prefix_is_parsed_and_written_back() -> None:
    prefix = ir.HostPrefix.parse("{AccountId}.data-")
    assert prefix.parts == (Label("AccountId"), ".data-")
    assert prefix.labels == (Label("AccountId"),)
    assert str(prefix) == "{AccountId}.data-"


@pytest.mark.parametrize("text", ["", "Upper.", "a/b", "{a+}.", "evil.test#", "a@b", "{a"])
def test_host_prefix_outside_of_the_grammar_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"host prefix|may not stand"):
        ir.HostPrefix.parse(text)


@pytest.mark.parametrize(
    ("origin", "text"),
    [
        (ir.Origin("model/x.yaml", 12, "/shapes/A"), "model/x.yaml:12"),
        (ir.Origin("x.json", None, "/shapes/A"), "x.json:/shapes/A"),
        (ir.Origin("", None, "/shapes/A"), "model:/shapes/A"),
        (ir.NOWHERE, "model:/"),
    ],
)
def test_origin_names_a_place(origin: ir.Origin, text: str) -> None:
    assert str(origin) == text


def test_simple_kinds_are_shapes_of_every_model() -> None:
    names = "boolean integer long bigInteger float double bigDecimal string blob timestamp document"
    assert " ".join(ir.SIMPLE_SHAPES) == names
    assert model(structure("In")).shape("string").kind is ir.Kind.STRING


def test_own_shapes_are_found_and_unknown_ones_are_not() -> None:
    tiny = model(structure("In"))
    assert tiny.structure("In").name == "In"
    with pytest.raises(KeyError):
        tiny.shape("Out")
    with pytest.raises(TypeError, match="string is no structure"):
        tiny.structure("string")


def test_closure_reaches_everything_once_and_survives_recursion() -> None:
    tree = model(
        structure("In", Tree="Tree", Count="integer"),
        structure("Tree", Children="Trees", Names="Names"),
        ir.ListShape(name="Trees", element="Tree"),
        ir.MapShape(name="Names", key="Key", value="string"),
        ir.SimpleShape(name="Key", kind=ir.Kind.STRING),
        structure("Gone", Why="string"),
        structure("Unused"),
        operation=ir.Operation(name="Do", input="In", errors=("Gone",)),
    )
    assert tree.closure() == ("Gone", "In", "Key", "Names", "Tree", "Trees")
    assert tree.closure(["Names"]) == ("Key", "Names")
    assert tree.roots() == ("Gone", "In")


def test_closure_of_a_long_chain_does_not_recurse() -> None:
    length = 5_000
    chain = [structure(f"S{index}", Next=f"S{index + 1}") for index in range(length)]
    shapes = {shape.name: shape for shape in (*chain, structure(f"S{length}"))}
    deep = ir.Model(service=SERVICE, operations={}, shapes=shapes)
    assert len(deep.closure(["S0"])) == length + 1


@pytest.mark.parametrize(
    ("protocols", "chosen"),
    [
        (("rest-json",), "rest-json"),
        (("query", "smithy-rpc-v2-cbor", "json"), "json"),
        (("query", "smithy-rpc-v2-cbor"), "smithy-rpc-v2-cbor"),
        (("ec2", "query"), "query"),
    ],
)
def test_protocol_follows_the_order_of_preference(protocols: tuple[str, ...], chosen: str) -> None:
    assert replace(SERVICE, protocols=tuple(map(ir.Protocol, protocols))).protocol == chosen


def test_a_secret_is_marked_at_the_member_or_at_its_shape() -> None:
    password = ir.SimpleShape(name="Password", kind=ir.Kind.STRING, sensitive=ir.Sensitive())
    pair = structure("In", User="string", Password="Password")
    secrets = model(pair, password)
    user = pair.members["User"]
    assert not secrets.is_secret(user)
    assert secrets.is_secret(pair.members["Password"])
    assert secrets.is_secret(replace(user, sensitive=ir.Sensitive("told so")))


def test_digest_ignores_where_nodes_stand_and_what_they_leave_out() -> None:
    plain = model(structure("In", Name="string"))
    placed = replace(
        plain,
        origin=ir.Origin("a.yaml", 1),
        shapes={
            "In": replace(
                plain.structure("In"), documentation="", origin=ir.Origin("a.yaml", 9, "/shapes/In")
            )
        },
    )
    assert placed == plain
    assert ir.digest(placed) == ir.digest(plain)
    assert len(ir.digest(plain)) == 64


def test_digest_ignores_the_order_of_keys() -> None:
    one = model(structure("In", A="string", B="integer"))
    other = model(structure("In", B="integer", A="string"))
    assert ir.digest(one) == ir.digest(other)


@pytest.mark.parametrize(
    "shape",
    [
        structure("In", Name="integer"),
        structure("In", Name="string", Other="string"),
        replace(structure("In", Name="string"), documentation="said"),
        replace(structure("In", Name="string"), kind=ir.Kind.UNION),
    ],
    ids=["target", "member", "documentation", "kind"],
)
def test_digest_changes_with_what_the_model_says(shape: ir.StructureShape) -> None:
    assert ir.digest(model(shape)) != ir.digest(model(structure("In", Name="string")))


def test_canonical_text_is_ascii_json_without_defaults() -> None:
    text = ir.canonical(model(replace(structure("In"), documentation="é\u2028")))
    assert text == (
        '{"operations":{"Do":{"input":"In","name":"Do"}},'
        '"service":{"id":"Tiny Things","protocols":["rest-json"],"signing_name":"tiny","version":"1"},'
        '"shapes":{"In":{"documentation":"\\u00e9\\u2028","members":{},"name":"In"}}}'
    )
