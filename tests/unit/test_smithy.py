# SPDX-License-Identifier: Apache-2.0
"""The front-end of Smithy models: how shapes are resolved, what each trait becomes, and what is said of the rest."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from heliograph_codegen import frontends, generate, ir
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends import dump, smithy, yaml_model
from heliograph_codegen.frontends.document import parse
from heliograph_codegen.frontends.smithy_traits import READ, TOOLING, WITHOUT_EFFECT
from heliograph_codegen.ir import Binding, Kind, Location
from heliograph_codegen.limits import DEFAULT_LIMITS, Limits

Json = dict[str, Any]

REST_JSON = "aws.protocols#restJson1"
POST: Json = {"method": "POST", "uri": "/do"}


def full(name: str) -> str:
    return name if "#" in name else f"smithy.api#{name}"


def shape(kind: str, traits: Json | None = None, **more: Any) -> Json:
    given = {full(name): value for name, value in (traits or {}).items()}
    return {"type": kind, **more, **({"traits": given} if given else {})}


def to(target: str, **traits: Any) -> Json:
    """A reference: ``String`` is the prelude's, ``t#Name`` the model's."""
    given = {full(name): value for name, value in traits.items()}
    return {"target": full(target), **({"traits": given} if given else {})}


def document(
    shapes: Json | None = None,
    *,
    protocol: str = REST_JSON,
    service: Json | None = None,
    operation: Json | None = None,
    traits: Json | None = None,
    **more: Any,
) -> Json:
    """A model of one operation ``Do``; its input and output are ``In`` and ``Out`` where there are such shapes."""
    shapes = shapes or {}
    ends = {
        side: {"target": f"t#{name}"} for side, name in (("input", "In"), ("output", "Out")) if name in shapes
    }
    return {
        "smithy": "2.0",
        "shapes": {
            "t#Tiny": shape(
                "service",
                {
                    "aws.api#service": {"sdkId": "Tiny Things"},
                    "aws.auth#sigv4": {"name": "tiny"},
                    protocol: {},
                    **(service or {}),
                },
                **{"version": "2020-01-01", "operations": [{"target": "t#Do"}], **more},
            ),
            "t#Do": shape("operation", {"http": POST, **(traits or {})}, **{**ends, **(operation or {})}),
            **{name if "#" in name else f"t#{name}": each for name, each in shapes.items()},
        },
    }


def structure(traits: Json | None = None, /, **members: Json) -> Json:
    return shape("structure", traits, members=members)


def load(source: Json, **options: Any) -> ir.Model:
    """Load a model, see that its YAML is the same model, and that the document was left alone."""
    kept = copy.deepcopy(source)
    model = smithy.load(source, **options)
    text = dump(model)
    again = yaml_model.decode(parse(text, "", DEFAULT_LIMITS))
    assert again == model
    assert dump(again) == text
    assert source == kept
    return model


def do(model: ir.Model) -> ir.Operation:
    return model.operations["Do"]


def member(model: ir.Model, name: str, owner: str = "In") -> ir.Member:
    return model.structure(owner).members[name]


def warnings_of(source: Json, **options: Any) -> list[str]:
    found: list[str] = []
    load(source, warn=found.append, **options)
    return found


def problem_of(source: Any, **options: Any) -> str:
    with pytest.raises(GenerationError) as caught:
        smithy.load(source, **options)
    return str(caught.value)


# --- Service ---


def test_a_smithy_model_is_recognised(tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    file.write_text(json.dumps(document()), encoding="utf-8")
    assert frontends.format_of(file) == frontends.format_of(document()) == "smithy"
    assert frontends.load(file).service.id == "Tiny Things"


def test_one_of_several_services_is_chosen(tmp_path: Path) -> None:
    source = document()
    source["shapes"]["u#Other"] = shape("service", {REST_JSON: {}}, version="1")
    assert problem_of(source) == (
        "model:/: the model has 2 services, not one: t#Tiny, u#Other; choose one with --service"
    )
    assert load(source, service="t#Tiny").service.id == "Tiny Things"
    assert load(source, service="u#Other").service.id == "Other"
    assert "has no service 't#Tny'; did you mean 't#Tiny'?" in problem_of(source, service="t#Tny")
    assert generate(source, tmp_path, package="tiny", service="t#Tiny").is_dir()


def test_other_formats_hold_one_service() -> None:
    with pytest.raises(GenerationError, match="leave the service out"):
        frontends.load({"heliograph": 1}, service="t#Tiny")
    with pytest.raises(GenerationError, match="side files go with a C2J model"):
        frontends.load(document(), sides=frontends.Sides(waiters={}))


@pytest.mark.parametrize(
    ("protocol", "name", "target", "version"),
    [
        ("aws.protocols#awsJson1_0", "json", "Tiny", "1.0"),
        ("aws.protocols#awsJson1_1", "json", "Tiny", "1.1"),
        ("aws.protocols#restJson1", "rest-json", "", ""),
        ("aws.protocols#restXml", "rest-xml", "", ""),
        ("aws.protocols#awsQuery", "query", "", ""),
        ("aws.protocols#ec2Query", "ec2", "", ""),
        ("smithy.protocols#rpcv2Cbor", "smithy-rpc-v2-cbor", "Tiny", ""),
        ("smithy.protocols#rpcv2Json", "smithy-rpc-v2-json", "Tiny", ""),
    ],
)
def test_each_protocol_is_known(protocol: str, name: str, target: str, version: str) -> None:
    model = load(document(protocol=protocol))
    assert [each.value for each in model.service.protocols] == [name]
    assert (model.service.target_prefix, model.service.json_version) == (target, version)
    has_path = model.service.protocol.is_rest
    assert (str(do(model).path), do(model).method) == ("/do" if has_path else "/", "POST")


def test_a_protocol_is_preferred_or_chosen() -> None:
    source = document(
        {"In": structure(A=to("String", xmlName="a"))},
        protocol="aws.protocols#awsQuery",
        service={"aws.protocols#awsJson1_0": {}, "smithy.protocols#rpcv2Json": {}},
    )
    model = load(source)
    assert [each.value for each in model.service.protocols] == ["json", "query", "smithy-rpc-v2-json"]
    assert member(model, "A").wire_name == "A"
    [line] = warnings_of(source)
    assert "'xmlName' of a member was passed over: the model is read for json" in line
    chosen = load(source, protocol="query")
    assert chosen.service.protocols == (ir.Protocol.QUERY,)
    assert member(chosen, "A").wire_name == "a"
    assert "does not speak 'ec2'" in problem_of(source, protocol="ec2")


@pytest.mark.parametrize(
    ("traits", "auth", "signing"),
    [
        ({}, (ir.Auth.SIGV4,), "tiny"),
        ({"aws.auth#sigv4a": {"name": "wide"}}, (ir.Auth.SIGV4, ir.Auth.SIGV4A), "tiny"),
        ({"auth": ["smithy.api#httpBearerAuth"], "httpBearerAuth": {}}, (ir.Auth.BEARER,), "tiny"),
        ({"auth": ["smithy.api#noAuth", "aws.auth#sigv4"]}, (ir.Auth.SIGV4, ir.Auth.NONE), "tiny"),
        ({"auth": []}, (ir.Auth.NONE,), ""),
    ],
    ids=str,
)
def test_auth_is_listed_or_what_there_is(traits: Json, auth: tuple[ir.Auth, ...], signing: str) -> None:
    service = load(document(service=traits)).service
    assert (service.auth, service.signing_name) == (auth, signing)


def test_a_service_without_auth_traits_signs_nothing() -> None:
    source = document()
    del source["shapes"]["t#Tiny"]["traits"]["aws.auth#sigv4"]
    assert load(source).service.auth == (ir.Auth.NONE,)
    source["shapes"]["t#Tiny"]["traits"]["smithy.api#httpBasicAuth"] = {}
    assert "the auth 'smithy.api#httpBasicAuth' of shape t#Tiny is not known" in problem_of(source)


@pytest.mark.parametrize(
    ("traits", "auth"),
    [
        ({}, None),
        ({"optionalAuth": {}}, (ir.Auth.NONE,)),
        ({"auth": []}, (ir.Auth.NONE,)),
        ({"auth": ["aws.auth#sigv4a"]}, (ir.Auth.SIGV4A,)),
    ],
    ids=str,
)
def test_an_operation_may_have_its_own_auth(traits: Json, auth: tuple[ir.Auth, ...] | None) -> None:
    assert do(load(document(traits=traits))).auth == auth


@pytest.mark.parametrize(
    ("http", "streams", "found"),
    [
        (["http/1.1"], [], None),
        (["http/1.1", "h2"], [], ir.Http2.OPTIONAL),
        (["http/1.1", "h2"], ["h2", "http/1.1"], ir.Http2.OPTIONAL),
        (["http/1.1"], ["h2"], ir.Http2.EVENT_STREAM),
    ],
    ids=str,
)
def test_http_versions(http: list[str], streams: list[str], found: ir.Http2 | None) -> None:
    protocol = {REST_JSON: {"http": http, "eventStreamHttp": streams}}
    assert load(document(service=protocol)).service.http2 is found


def test_a_service_has_errors_parameters_and_compatibility() -> None:
    source = document(
        {
            "Wrong": structure(
                {"error": "client", "aws.protocols#awsQueryError": {"code": "W", "httpResponseCode": 402}}
            )
        },
        protocol="aws.protocols#awsJson1_0",
        service={
            "aws.protocols#awsQueryCompatible": {},
            "smithy.rules#clientContextParams": {"B": {"type": "stringArray"}, "A": {"type": "boolean"}},
            "deprecated": {"message": "<p>Gone.</p>"},
            "documentation": "First.\n\nSecond\nline.",
        },
        errors=[{"target": "t#Wrong"}],
    )
    model = load(source)
    assert model.service.errors == ("Wrong",)
    error = model.structure("Wrong").error
    assert error == ir.ErrorTrait(code="W", status=None, fault=ir.Fault.CLIENT)
    assert model.service.query_compatible
    assert [each.name for each in model.service.client_params] == ["A", "B"]
    assert model.service.deprecated == ir.Deprecated("Gone.")
    assert model.service.documentation == "First.\n\nSecond line."


def test_a_service_without_an_id_is_named_after_its_shape() -> None:
    source = document(version="")
    source["shapes"]["t#Tiny"]["traits"]["aws.api#service"] = {"sdkId": "no_good"}
    service = load(source).service
    assert (service.id, service.version) == ("no good", "0")
    assert [line.partition(": ")[2] for line in warnings_of(source)] == [
        "the service has no usable 'sdkId'; 'no good' stands for it",
        "the service has no version; '0' stands for it",
    ]


def test_endpoint_discovery_is_asked_for() -> None:
    source = document(
        {"Where": shape("operation", {"http": {"method": "GET", "uri": "/where"}})},
        service={"aws.api#clientEndpointDiscovery": {"operation": "t#Where", "error": "t#Gone"}},
        traits={"aws.api#clientDiscoveredEndpoint": {"required": True}},
        operations=[{"target": "t#Do"}, {"target": "t#Where"}],
    )
    model = load(source)
    assert do(model).endpoint_discovery == ir.EndpointDiscovery(required=True)
    assert model.operations["Where"].endpoint_operation


@pytest.mark.parametrize("name", ["longPoll", "aws.api#longPoll"])
@pytest.mark.parametrize(
    ("value", "seconds"), [({}, None), ({"timeoutMillis": 20001}, 21), ({"timeoutMillis": 70000}, 70)]
)
def test_an_operation_may_wait_for_something_to_happen(name: str, value: Json, seconds: int | None) -> None:
    operation = do(load(document(traits={name: value})))
    assert operation.long_polling
    assert operation.read_timeout == (None if seconds is None else ir.ReadTimeout(seconds))


@pytest.mark.parametrize("millis", [0, -1, 1.5, "20000", 86_400_001, True])
def test_a_time_that_is_none_is_refused(millis: object) -> None:
    with pytest.raises(GenerationError, match=r"timeoutMillis.* whole number from 1"):
        load(document(traits={"longPoll": {"timeoutMillis": millis}}))


def test_only_operations_wait_for_something_to_happen() -> None:
    with pytest.raises(GenerationError, match="longPoll"):
        load(document({"In": structure({"longPoll": {}}, Name=to("String"))}))


# --- What a service reaches ---


def test_operations_are_found_through_resources() -> None:
    def operation(name: str) -> Json:
        return shape("operation", {"http": {"method": "GET", "uri": f"/{name}"}})

    names = ("Create", "Put", "Read", "Update", "Delete", "List", "Own", "Collected", "Nested")
    keys = ("create", "put", "read", "update", "delete", "list")
    source = document(
        {
            **{name: operation(name) for name in names},
            "Lost": operation("Lost"),
            "Box": shape(
                "resource",
                **{key: {"target": f"t#{name}"} for key, name in zip(keys, names, strict=False)},
                operations=[{"target": "t#Own"}],
                collectionOperations=[{"target": "t#Collected"}],
                resources=[{"target": "t#Inner"}],
            ),
            "Inner": shape("resource", operations=[{"target": "t#Nested"}], resources=[{"target": "t#Box"}]),
        },
        resources=[{"target": "t#Box"}],
    )
    assert set(load(source).operations) == {"Do", *names}


def test_what_a_service_does_not_reach_is_not_looked_at() -> None:
    source = document(
        {"Lost": structure(A=to("u#NotThere")), "trait": structure({"trait": {"selector": "*"}})}
    )
    source["shapes"]["t#Lost"]["members"]["A"]["target"] = "smithy.api#String"
    source["shapes"]["t#Lost"]["traits"] = {"smithy.api#httpHeader": 7}
    assert load(source).shapes == {}


def test_unit_is_nothing_but_in_a_union() -> None:
    source = document(
        {"In": structure(U=to("t#U")), "U": shape("union", members={"A": to("Unit"), "B": to("String")})},
        operation={"output": {"target": "smithy.api#Unit"}},
    )
    model = load(source)
    assert do(model).output is None
    assert member(model, "A", "U").target == "Unit"
    assert model.structure("Unit").members == {}


def test_the_prelude_is_builtin() -> None:
    names = {
        "String": "string",
        "Blob": "blob",
        "Boolean": "boolean",
        "Byte": "integer",
        "Short": "integer",
        "Integer": "integer",
        "Long": "long",
        "Float": "float",
        "Double": "double",
        "BigInteger": "bigInteger",
        "BigDecimal": "bigDecimal",
        "Timestamp": "timestamp",
        "Document": "document",
        "PrimitiveBoolean": "boolean",
        "PrimitiveLong": "long",
    }
    model = load(document({"In": structure(**{name: to(name) for name in names})}))
    assert {each.name: each.target for each in model.structure("In").members.values()} == names


def test_names_are_renamed_shared_or_refused() -> None:
    source = document(
        {
            "In": structure(
                A=to("t#Size"), B=to("u#Size"), C=to("t#string"), D=to("v#Thing"), E=to("t#Thing")
            ),
            "Size": shape("integer", {"range": {"min": 1}}),
            "u#Size": shape("integer", {"range": {"min": 1}}),
            "string": shape("string", {"length": {"max": 3}}),
            "Thing": structure(),
            "v#Thing": structure(A=to("String")),
        },
        rename={"v#Thing": "OtherThing"},
    )
    model = load(source)
    assert set(model.shapes) == {"In", "Size", "string_", "Thing", "OtherThing"}
    del source["shapes"]["t#Tiny"]["rename"]
    assert problem_of(source) == (
        "model:/shapes/v#Thing: two different shapes are called Thing, the other at model:/shapes/t#Thing; "
        "add one to 'rename' of the service"
    )


# --- Mixins and apply ---


def test_mixins_give_members_and_traits() -> None:
    source = document(
        {
            "In": shape("structure", members={"Own": to("String")}, mixins=[{"target": "t#B"}]),
            "A": shape(
                "structure",
                {
                    "mixin": {"localTraits": ["smithy.api#sensitive"]},
                    "sensitive": {},
                    "documentation": "Of A.",
                },
                members={"X": to("String", jsonName="x"), "Y": to("Integer")},
            ),
            "B": shape(
                "structure",
                {"mixin": {}},
                members={"X": to("String", required={}), "Z": to("Long")},
                mixins=[{"target": "t#A"}],
            ),
        }
    )
    model = load(source)
    shape_in = model.structure("In")
    assert list(shape_in.members) == ["Own", "X", "Y", "Z"]
    assert (shape_in.documentation, shape_in.sensitive) == ("Of A.", None)
    assert (member(model, "X").required, member(model, "X").wire_name) == (True, "x")
    assert set(model.shapes) == {"In"}


def test_every_sort_of_shape_may_be_mixed() -> None:
    source = document(
        {
            "In": structure(E=to("t#E"), L=to("t#L")),
            "E": shape("enum", members={"B": to("Unit")}, mixins=[{"target": "t#MixedE"}]),
            "MixedE": shape("enum", {"mixin": {}}, members={"A": to("Unit", enumValue="a")}),
            "L": shape("list", mixins=[{"target": "t#MixedL"}]),
            "MixedL": shape("list", {"mixin": {}, "sparse": {}}, member=to("String")),
            "More": shape(
                "service", {"mixin": {}}, version="1", operations=[{"target": "t#Also"}], rename={}
            ),
            "Also": shape("operation", {"http": POST}, mixins=[{"target": "t#Failing"}]),
            "Failing": shape("operation", {"mixin": {}}, errors=[{"target": "t#Bad"}]),
            "Bad": structure({"error": "server"}),
        },
        mixins=[{"target": "t#More"}],
    )
    source["shapes"]["t#Also"]["traits"]["smithy.api#http"] = {"method": "PUT", "uri": "/also"}
    model = load(source, service="t#Tiny")
    enum, listed = model.shapes["E"], model.shapes["L"]
    assert isinstance(enum, ir.EnumShape)
    assert [value.value for value in enum.values] == ["a", "B"]
    assert isinstance(listed, ir.ListShape)
    assert (listed.element, listed.sparse) == ("string", True)
    assert model.operations["Also"].errors == ("Bad",)
    assert (model.service.version, set(model.operations)) == ("2020-01-01", {"Do", "Also"})


def test_apply_adds_traits() -> None:
    source = document(
        {
            "In": shape("structure", members={"Own": to("String")}, mixins=[{"target": "t#M"}]),
            "M": shape("structure", {"mixin": {}}, members={"X": to("String", jsonName="x")}),
            "t#In$X": {"type": "apply", "traits": {"smithy.api#jsonName": "applied"}},
            "t#In$Own": {"type": "apply", "traits": {"smithy.api#required": {}}},
        }
    )
    model = load(source)
    assert member(model, "X").wire_name == "applied"
    assert member(model, "Own").required


def test_apply_reaches_what_mixins_give_on() -> None:
    source = document(
        {
            "In": shape("structure", members={}, mixins=[{"target": "t#M"}]),
            "M": shape("structure", {"mixin": {}, "tags": ["a"]}, members={"X": to("String")}),
        }
    )
    applied = {"smithy.api#documentation": "Said elsewhere.", "smithy.api#tags": ["b"]}
    source["shapes"]["t#M$X"] = {"type": "apply", "traits": {"smithy.api#documentation": "X."}}
    model = load(source)
    assert member(model, "X").documentation == "X."
    source["shapes"]["t#M$X"] = {"type": "apply", "traits": applied}
    assert member(load(source), "X").documentation == "Said elsewhere."


# --- Members and shapes ---


def test_members_are_bound_at_the_ends_of_operations_only() -> None:
    source = document(
        {
            "In": structure(Nested=to("t#Nested")),
            "Out": structure(Q=to("String", httpQuery="q"), H=to("t#Nested", httpPayload={})),
            "Nested": structure(H=to("String", httpHeader="x-h")),
        }
    )
    source["shapes"]["t#Out"]["members"] = {
        "Q": to("String", httpQuery="q"),
        "H": to("String", httpHeader="x"),
    }
    model = load(source)
    assert member(model, "H", "Nested").binding is None
    assert member(model, "Q", "Out").binding is None
    assert member(model, "H", "Out").binding == Binding(Location.HEADER, "x")
    assert [line.partition(": ")[2] for line in warnings_of(source)] == [
        "'httpHeader' has no meaning here and was passed over",
        "'httpQuery' has no meaning here and was passed over",
    ]
    source["shapes"]["t#Tiny"]["traits"] = {
        "aws.protocols#awsJson1_0": {},
        "aws.api#service": {"sdkId": "Tiny"},
    }
    assert warnings_of(source) == []


def test_enumerations_have_names_where_they_say_more() -> None:
    source = document(
        {
            "In": structure(A=to("t#A"), B=to("t#B"), C=to("t#C")),
            "A": shape(
                "enum",
                members={"ONE": to("Unit", enumValue="one", documentation="First."), "two": to("Unit")},
            ),
            "B": shape("intEnum", members={"ONE": to("Unit", enumValue=1), "ALSO": to("Unit", enumValue=1)}),
            "C": shape(
                "string",
                {"enum": [{"value": "x", "name": "X", "documentation": "<p>It.</p>"}, {"value": "y"}]},
            ),
        }
    )
    model = load(source)
    values = {
        name: [(each.value, each.name, each.documentation) for each in found.values]
        for name, found in model.shapes.items()
        if isinstance(found, ir.EnumShape)
    }
    assert values == {
        "A": [("one", "ONE", "First."), ("two", "", "")],
        "B": [(1, "ONE", "")],
        "C": [("x", "X", "It."), ("y", "", "")],
    }
    assert model.shapes["B"].kind is Kind.INT_ENUM


def test_defaults_and_media_types_are_kept() -> None:
    source = document(
        {
            "In": structure(
                N=to("Integer", default=0, addedDefault={}),
                L=to("t#L", default=[]),
                Nothing=to("String", default=None),
                Picture=to("t#Picture"),
            ),
            "L": shape("list", {"uniqueItems": {}}, member=to("String")),
            "Picture": shape("blob", {"mediaType": "image/jpeg"}),
        }
    )
    model = load(source)
    assert (member(model, "N").default, member(model, "L").default, member(model, "Nothing").default) == (
        0,
        [],
        None,
    )
    picture = model.shapes["Picture"]
    assert isinstance(picture, ir.SimpleShape)
    assert picture.media_type == "image/jpeg"
    assert warnings_of(source) == []


@pytest.mark.parametrize(
    ("protocol", "names"),
    [
        ("aws.protocols#restJson1", ("json", "B")),
        ("aws.protocols#awsJson1_1", ("A", "B")),
        ("smithy.protocols#rpcv2Cbor", ("A", "B")),
        ("smithy.protocols#rpcv2Json", ("A", "B")),
        ("aws.protocols#restXml", ("xml", "b")),
        ("aws.protocols#awsQuery", ("xml", "b")),
        ("aws.protocols#ec2Query", ("xml", "b")),
    ],
)
def test_names_on_the_wire_follow_the_protocol(protocol: str, names: tuple[str, str]) -> None:
    members = {
        "A": to("String", jsonName="json", xmlName="xml"),
        "B": to("String", **{"xmlName": "b", "aws.protocols#ec2QueryName": "BB"}),
    }
    model = load(document({"In": structure(**members)}, protocol=protocol))
    assert (member(model, "A").wire_name, member(model, "B").wire_name) == names
    assert member(model, "B").query_name == ("BB" if protocol.endswith("ec2Query") else "")


def test_roots_of_xml_bodies_have_names_and_namespaces() -> None:
    shapes = {
        "In": structure({"xmlName": "Root"}, A=to("String")),
        "Out": structure(P=to("t#P", httpPayload={})),
        "P": structure(B=to("String")),
    }
    namespace = {"xmlNamespace": {"uri": "https://tiny.test/"}}
    source = document(shapes, protocol="aws.protocols#restXml", service=namespace)
    model = load(source)
    assert (do(model).input_element, do(model).input_namespace) == (
        "Root",
        ir.XmlNamespace("https://tiny.test/"),
    )
    payload = member(model, "P", "Out")
    assert (payload.wire_name, payload.xml_namespace) == ("P", ir.XmlNamespace("https://tiny.test/"))
    source["shapes"]["t#P"]["traits"] = {
        "smithy.api#xmlName": "Pay",
        "smithy.api#xmlNamespace": {"uri": "urn:p", "prefix": "p"},
    }
    payload = member(load(source), "P", "Out")
    assert (payload.wire_name, payload.xml_namespace) == ("Pay", ir.XmlNamespace("urn:p", "p"))
    assert do(load(document(shapes, service=namespace))).input_element == ""


def test_errors_have_codes_states_and_faults() -> None:
    source = document(
        {
            "Slow": structure({"error": "server", "httpError": 503, "retryable": {"throttling": True}}),
            "Wrong": structure(
                {"error": "client", "aws.protocols#awsQueryError": {"code": "W", "httpResponseCode": 402}}
            ),
        },
        operation={"errors": [{"target": "t#Slow"}, {"target": "t#Wrong"}, {"target": "t#Slow"}]},
    )
    model = load(source)
    assert do(model).errors == ("Slow", "Wrong")
    assert model.structure("Slow").error == ir.ErrorTrait(
        code="Slow", status=503, fault=ir.Fault.SERVER, retryable=ir.Retryable(throttling=True)
    )
    assert model.structure("Wrong").error == ir.ErrorTrait(code="Wrong")


def test_examples_that_fit_are_kept() -> None:
    examples = [
        {"title": "Good", "documentation": "<p>So.</p>", "input": {"A": "a"}, "output": {}},
        {"title": "Bad", "input": {"A": "a"}, "error": {"shapeId": "t#Wrong", "content": {"Message": "m"}}},
        {"title": "Misfit", "input": {"B": "a"}},
    ]
    source = document(
        {"In": structure(A=to("String")), "Wrong": structure({"error": "client"}, Message=to("String"))},
        operation={"errors": [{"target": "t#Wrong"}]},
        traits={"examples": examples},
    )
    found = do(load(source)).examples
    assert [each.title for each in found] == ["Good", "Bad"]
    assert found[1].error == ir.ExampleError("Wrong", {"Message": "m"})
    [line] = warnings_of(source)
    assert "an example does not fit the shapes and was left out" in line


def test_constraints_stand_where_there_is_a_place_for_them() -> None:
    source = document(
        {
            "In": structure(
                A=to("String", length={"min": 1}, pattern="a\x00"),
                B=to("Integer", range={"max": 9}),
                C=to("t#L"),
            ),
            "L": shape("list", {"length": {"max": 3}}, member=to("String", pattern="x")),
        }
    )
    model = load(source)
    assert member(model, "A").constraints == ir.Constraints(length=ir.Bounds(1), pattern="a\\u0000")
    assert member(model, "B").constraints == ir.Constraints(range=ir.Bounds(most=9))
    [line] = warnings_of(source)
    assert line == (
        "model:/shapes/t#L/member/traits/smithy.api#pattern: the trait 'smithy.api#pattern' of a member of a list "
        "is not read and was passed over"
    )


def test_version_1_is_read() -> None:
    source = document(
        {
            "In": structure(A=to("t#S"), B=to("PrimitiveInteger"), C=to("Integer", box={})),
            "S": shape("set", member=to("String")),
        }
    )
    source["smithy"] = "1.0"
    model = load(source)
    assert model.shapes["S"].kind is Kind.LIST
    assert warnings_of(source) == []


# --- What is passed over, and what is refused ---


def test_unknown_traits_are_named_with_their_place() -> None:
    source = document(
        {
            "In": structure(
                A=to("String", **{"smithy.api#newIdea": {}, "acme#own": {}, "aws.iam#conditionKeys": []})
            )
        },
        traits={"aws.customizations#s3UnwrappedXmlOutput": {}, "tags": ["x"]},
        service={"aws.protocols#newProtocol": {}},
    )
    source["new"] = 1
    source["shapes"]["t#In"]["odd"] = 1
    source["shapes"]["t#In"]["members"]["B"] = to("t#Plain")
    source["shapes"]["t#Plain"] = shape("string", {"newIdea": {}})
    assert sorted(warnings_of(source)) == [
        "model:/new: the key 'new' of the model is not known and was passed over",
        "model:/shapes/t#In/members/A/traits/acme#own: the trait 'acme#own' of a member of a structure is not known "
        "and was passed over",
        "model:/shapes/t#In/members/A/traits/smithy.api#newIdea: the trait 'smithy.api#newIdea' of a member of a "
        "structure is not known and was passed over",
        "model:/shapes/t#In/odd: the key 'odd' of a shape of the type structure is not known and was passed over",
        "model:/shapes/t#Plain/traits/smithy.api#newIdea: the trait 'smithy.api#newIdea' of a string is not known "
        "and was passed over",
        "model:/shapes/t#Tiny/traits/aws.protocols#newProtocol: the trait 'aws.protocols#newProtocol' of a service "
        "is not known and was passed over",
    ]


def test_no_trait_is_read_and_ignored_too() -> None:
    read = {trait for place, traits in READ.items() if place != "member of a structure" for trait in traits}
    assert read & WITHOUT_EFFECT == set()
    assert not any(trait.startswith(TOOLING) for trait in read)


def _waiter(acceptor: Json) -> Json:
    return document(traits={"smithy.waiters#waitable": {"W": {"acceptors": [acceptor]}}})


def _without_http() -> Json:
    source = document()
    del source["shapes"]["t#Do"]["traits"]
    return source


REFUSED: dict[str, tuple[Any, str]] = {
    "no version": (
        {"smithy": "3.0"},
        "model:/smithy: the version '3.0' of Smithy is not known; known are: 1, 1.0, 2, 2.0",
    ),
    "no service": (
        {"smithy": "2.0"},
        "model:/: the model has 0 services, not one: none; give a model that has one",
    ),
    "no shape id": (
        {"smithy": "2.0", "shapes": {"Thing": {"type": "string"}}},
        "'Thing' is no shape id; write namespace#Name",
    ),
    "a member": (
        {"smithy": "2.0", "shapes": {"t#A$b": {"type": "string"}}},
        "'t#A$b' is a member, not a shape",
    ),
    "no type": (
        document({"In": {"type": "struct"}}),
        "model:/shapes/t#In/type: the type 'struct' of shape t#In is not known; did you mean 'structure'?",
    ),
    "no protocol": (
        document(protocol="acme#own"),
        "model:/shapes/t#Tiny: shape t#Tiny has no protocol that is known; known are: aws.protocols#awsJson1_0",
    ),
    "no target": (
        document({"In": structure(A={})}),
        "model:/shapes/t#In/members/A: member of In, A has no target; add it",
    ),
    "unknown target": (
        document({"In": structure(A=to("t#Inn"))}),
        "model:/shapes/t#In/members/A: member of In, A names the shape 't#Inn', which is not there; did you mean",
    ),
    "unknown operation": (
        document(operations=[{"target": "t#Doo"}]),
        "model:/shapes/t#Tiny/operations/0: an entry of 'operations' of shape t#Tiny names the shape 't#Doo'",
    ),
    "no operation": (
        document({"In": structure()}, operations=[{"target": "t#In"}]),
        "names 't#In', which is a structure",
    ),
    "two operations": (
        document(
            {"u#Do": shape("operation", {"http": POST})}, operations=[{"target": "t#Do"}, {"target": "u#Do"}]
        ),
        "model:/shapes/u#Do: the service has two operations Do: t#Do and u#Do; remove one",
    ),
    "a simple input": (
        document(operation={"input": {"target": "smithy.api#String"}}),
        "model:/shapes/t#Do/input: the input of shape t#Do is no structure: smithy.api#String",
    ),
    "an operation as data": (
        document({"In": structure(A=to("t#Do"))}),
        "model:/shapes/t#Do: shape t#Do is a operation, which is no data",
    ),
    "no error": (
        document({"In": structure()}, operation={"errors": [{"target": "t#In"}]}),
        "the error 'In' of operation Do is no error of this model",
    ),
    "no http": (
        _without_http(),
        "model:/shapes/t#Do: shape t#Do has no trait 'smithy.api#http', which rest-json needs; add it",
    ),
    "no path": (
        document(traits={"http": {"method": "GET", "uri": "/a/../b"}}),
        "model:/shapes/t#Do/traits/smithy.api#http/uri: '/a/../b' is no path",
    ),
    "no method": (document(traits={"http": {"method": "FETCH", "uri": "/"}}), "'FETCH' is no HTTP method"),
    "no success": (
        document(traits={"http": {"method": "GET", "uri": "/", "code": 404}}),
        "is not a whole number from 200 to 299",
    ),
    "a trait in the wrong place": (
        document({"In": structure({"httpHeader": "x"})}),
        "smithy.api#httpHeader: the generator cannot make 'smithy.api#httpHeader' on shape t#In, a structure, yet",
    ),
    "discovery ids": (
        document({"In": structure(A=to("String", **{"aws.api#clientEndpointDiscoveryId": {}}))}),
        "cannot make 'aws.api#clientEndpointDiscoveryId' on member of In, A, a member of a structure, yet",
    ),
    "rules as a graph": (
        document(service={"smithy.rules#endpointBdd": {}}),
        "the generator cannot make 'smithy.rules#endpointBdd' on shape t#Tiny, a service, yet",
    ),
    "HTTP/2 alone": (
        document(service={REST_JSON: {"http": ["h2"]}}),
        "the generator cannot make 'http' of 'aws.protocols#restJson1' of shape t#Tiny yet: HTTP/2 alone",
    ),
    "two places": (
        document({"In": structure(A=to("String", httpHeader="a", httpQuery="b"))}),
        "member of In, A has 'httpQuery' and 'httpHeader'; a member has one place",
    ),
    "no header": (
        document({"In": structure(A=to("String", httpHeader=""))}),
        "'httpHeader' of member of In, A is empty; write a name",
    ),
    "a trait of another type": (
        document({"In": structure(A=to("String", httpHeader=3))}),
        "A/traits/smithy.api#httpHeader: 'smithy.api#httpHeader' of member of In, A is not a text",
    ),
    "traits that are a list": (
        document({"In": {"type": "structure", "traits": []}}),
        "'traits' of shape t#In is not an object",
    ),
    "no element": (
        document({"In": structure(A=to("t#L")), "L": shape("list")}),
        "model:/shapes/t#L: shape t#L has no 'member'; add it",
    ),
    "no values": (
        document({"In": structure(A=to("t#E")), "E": shape("enum", members={})}),
        "model:/shapes/t#E: shape t#E has no values; add one",
    ),
    "no whole number": (
        document({"In": structure(A=to("t#E")), "E": shape("intEnum", members={"A": to("Unit")})}),
        "member of E, A has no whole number as its value",
    ),
    "unprintable": (
        document(
            {"In": structure(A=to("t#E")), "E": shape("enum", members={"A": to("Unit", enumValue="a\x00")})}
        ),
        "member of E, A has an unprintable character",
    ),
    "no media type": (
        document({"In": structure(A=to("t#B")), "B": shape("blob", {"mediaType": "jpeg"})}),
        "'jpeg' cannot be 'smithy.api#mediaType' of shape t#B",
    ),
    "a misfit default": (
        document({"In": structure(A=to("Integer", default="x"))}),
        "the default of member A of In does not fit",
    ),
    "a mixin of another type": (
        document(
            {
                "In": shape("structure", mixins=[{"target": "t#M"}]),
                "M": shape("union", {"mixin": {}}, members={}),
            }
        ),
        "model:/shapes/t#In/mixins: shape t#In mixes in M, which is no mixin of the type structure",
    ),
    "no mixin": (
        document({"In": shape("structure", mixins=[{"target": "t#M"}]), "M": structure()}),
        "shape t#In mixes in M, which is no mixin of the type structure",
    ),
    "the prelude as a mixin": (
        document({"In": shape("structure", mixins=[{"target": "smithy.api#Unit"}])}),
        "'smithy.api#Unit' is no mixin",
    ),
    "a cycle of mixins": (
        document(
            {
                "In": shape("structure", mixins=[{"target": "t#A"}]),
                "A": shape("structure", {"mixin": {}}, mixins=[{"target": "t#B"}]),
                "B": shape("structure", {"mixin": {}}, mixins=[{"target": "t#A"}]),
            }
        ),
        "model:/shapes/t#B/mixins: the mixins A -> B -> A never end; remove one",
    ),
    "a changed target": (
        document(
            {
                "In": shape("structure", members={"X": to("Long")}, mixins=[{"target": "t#M"}]),
                "M": structure({"mixin": {}}, X=to("String")),
            }
        ),
        "model:/shapes/t#In/members/X: member of In, X is of another shape than in the mixin; make them the same",
    ),
    "apply to nothing": (
        document({"t#Inn": {"type": "apply", "traits": {}}}),
        "shape t#Inn names the shape 't#Inn', which is not there",
    ),
    "a contradiction": (
        document(
            {
                "In": structure(A=to("String", jsonName="a")),
                "t#In$A": {"type": "apply", "traits": {"smithy.api#jsonName": "b"}},
            }
        ),
        "model:/shapes/t#In$A/traits/smithy.api#jsonName: 'smithy.api#jsonName' is said twice, and differently",
    ),
    "input and output compared": (
        _waiter({"state": "success", "matcher": {"inputOutput": {}}}),
        "the generator cannot make the matcher 'inputOutput' of an acceptor of W yet",
    ),
    "no matcher": (
        _waiter({"state": "success", "matcher": {}}),
        "an acceptor of W lacks its state, or its one matcher",
    ),
    "an unknown matcher": (
        _waiter({"state": "success", "matcher": {"outputs": {}}}),
        "the matcher 'outputs' of an acceptor of W is not known; did you mean 'output'?",
    ),
    "no comparator": (
        _waiter({"state": "success", "matcher": {"output": {"path": "a"}}}),
        "lacks path, expected or comparator",
    ),
    "an unknown auth": (
        document(traits={"auth": ["acme#auth"]}),
        "model:/shapes/t#Do/traits/smithy.api#auth: the auth 'acme#auth' of shape t#Do is not known",
    ),
    "no namespace": (
        document({"In": structure(A=to("String", xmlNamespace={}))}, protocol="aws.protocols#restXml"),
        "'smithy.api#xmlNamespace' of member of In, A has no uri; add it",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_bad_model_gives_one_located_line(what: str) -> None:
    source, problem = REFUSED[what]
    line = problem_of(source)
    assert problem in line
    assert line.startswith("model:/")


def test_long_chains_and_trees_stop_at_the_caps() -> None:
    chain = {
        f"M{at}": shape("structure", {"mixin": {}}, mixins=[{"target": f"t#M{at + 1}"}])
        for at in range(5_000)
    }
    chain["M5000"] = structure({"mixin": {}})
    source = document({"In": shape("structure", mixins=[{"target": "t#M0"}]), **chain})
    assert "where the limit depth allows 100" in problem_of(source)
    resources = {f"R{at}": shape("resource", resources=[{"target": f"t#R{at + 1}"}]) for at in range(5_000)}
    tree = document({**resources, "R5000": shape("resource")}, resources=[{"target": "t#R0"}])
    assert set(load(tree).operations) == {"Do"}
    wide = document({"In": structure(**{f"A{at}": to("String") for at in range(20)})})
    assert "where the limit members allows 19" in problem_of(wide, limits=Limits(members=19))
    assert "where the limit shapes allows 2" in problem_of(wide, limits=Limits(shapes=2))


WRONG: tuple[Any, ...] = (None, True, -1, "", "t#Gone", "smithy.api#Unit", [], [{}], {}, {"target": "t#In"})


def _places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(place for key, each in inner for place in _places(each, (*way, key)))]


def _hostile() -> Json:
    """A model with something of everything, small enough to be spoilt in each place."""
    return document(
        {
            "In": shape(
                "structure",
                members={
                    "A": to("t#E", httpHeader="a", default="X"),
                    "L": to("t#L"),
                    "M": to("t#Map", xmlName="m"),
                },
                mixins=[{"target": "t#Mix"}],
            ),
            "Mix": structure(
                {"mixin": {"localTraits": []}}, Mixed=to("Timestamp", timestampFormat="http-date")
            ),
            "t#In$Mixed": {"type": "apply", "traits": {"smithy.api#documentation": "M."}},
            "E": shape("enum", members={"X": to("Unit", enumValue="X")}),
            "L": shape("list", {"length": {"max": 1}}, member=to("t#U")),
            "Map": shape("map", key=to("String"), value=to("Blob")),
            "U": shape("union", members={"N": to("Unit")}),
            "Wrong": structure(
                {"error": "client", "httpError": 400, "aws.protocols#awsQueryError": {"code": "W"}}
            ),
            "R": shape("resource", read={"target": "t#Do"}),
        },
        service={
            "auth": ["aws.auth#sigv4"],
            "smithy.rules#clientContextParams": {"P": {"type": "string"}},
            "paginated": {"inputToken": "A"},
        },
        traits={
            "examples": [{"title": "T", "input": {"A": "X"}}],
            "endpoint": {"hostPrefix": "a."},
            "smithy.rules#staticContextParams": {"S": {"value": "x"}},
            "smithy.waiters#waitable": {
                "W": {"acceptors": [{"state": "success", "matcher": {"success": True}}]}
            },
        },
        operation={"errors": [{"target": "t#Wrong"}]},
        resources=[{"target": "t#R"}],
        rename={"t#U": "Un"},
    )


@pytest.mark.parametrize(
    ("protocol", "wrongs"),
    [
        (REST_JSON, WRONG[::3]),
        ("aws.protocols#restXml", WRONG[1::3]),
        ("aws.protocols#awsQuery", WRONG[2::3]),
    ],
    ids=str,
)
def test_a_model_that_is_wrong_anywhere_gives_one_error_or_none(
    protocol: str, wrongs: tuple[Any, ...]
) -> None:
    whole = _hostile()
    traits = whole["shapes"]["t#Tiny"]["traits"]
    del traits[REST_JSON]
    traits[protocol] = {}
    load(whole)
    refused = 0
    for way in _places(whole)[1:]:
        for wrong in wrongs:
            source = copy.deepcopy(whole)
            holder = source
            for key in way[:-1]:
                holder = holder[key]
            holder[way[-1]] = wrong
            refused += _is_refused(source)
    assert refused > 150


def _is_refused(source: Json) -> bool:
    """Whether a model gives the one error, with a place; False if it loads. Any other exception is a failure."""
    try:
        smithy.load(source)
    except GenerationError as error:
        return error.origin is not None
    return False
