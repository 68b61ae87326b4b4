# SPDX-License-Identifier: Apache-2.0
"""Rule sets as Python: what the source looks like, what it does, and what is refused."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable
from typing import Any

import pytest

from heliograph import built_ins
from heliograph_codegen.endpoint_rules import BUILT_INS, compile_rules
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.formatting import format_python
from heliograph_codegen.rule_expressions import Kind
from heliograph_codegen.text import HEADER
from heliograph_codegen.verify import PACKAGE, Vocabulary, equal_but_for_constants, verify

Run = Callable[[dict[str, Any]], Callable[[dict[str, Any]], dict[str, Any]]]
Rule = dict[str, Any]


def ref(name: str) -> dict[str, str]:
    return {"ref": name}


def call(function: str, *arguments: object, assign: str | None = None) -> dict[str, Any]:
    return {"fn": function, "argv": [*arguments], **({"assign": assign} if assign else {})}


def endpoint(url: object, *conditions: object, **more: object) -> Rule:
    return {"type": "endpoint", "conditions": [*conditions], "endpoint": {"url": url, **more}}


def error(text: object, *conditions: object) -> Rule:
    return {"type": "error", "conditions": [*conditions], "error": text}


def tree(rules: list[Rule], *conditions: object) -> Rule:
    return {"type": "tree", "conditions": [*conditions], "rules": rules}


PARAMETERS = {
    "Region": {"type": "String", "builtIn": "AWS::Region"},
    "UseFIPS": {"type": "Boolean", "builtIn": "AWS::UseFIPS", "required": True, "default": False},
    "Bucket": {"type": "string"},
    "Flag": {"type": "boolean"},
    "Names": {"type": "stringArray"},
}
HAS_REGION = call("isSet", ref("Region"))
HAS_BUCKET = call("isSet", ref("Bucket"))


def document(*rules: Rule, parameters: dict[str, Any] | None = None, version: str = "1.0") -> dict[str, Any]:
    return {"version": version, "parameters": parameters or PARAMETERS, "rules": [*rules]}


def formatted(*rules: Rule) -> str:
    return format_python({"rules.py": compile_rules(document(*rules), "rules.json").source})["rules.py"]


def body(*rules: Rule) -> str:
    """The source of ``resolve_endpoint`` below its docstring."""
    function = ast.parse(formatted(*rules)).body[0]
    assert isinstance(function, ast.FunctionDef)
    return "\n".join(map(ast.unparse, function.body[1:]))


# --- What it looks like


def test_rules_become_plain_statements() -> None:
    found = formatted(
        tree(
            [
                error("No {PartitionResult#name} FIPS", call("booleanEquals", ref("UseFIPS"), True)),
                endpoint(
                    "https://example.{Region}.{PartitionResult#dnsSuffix}",
                    properties={
                        "authSchemes": [{"name": "sigv4", "signingRegion": "{Region}", "twice": False}]
                    },
                    headers={"x-region": [ref("Region"), "*"]},
                ),
            ],
            HAS_REGION,
            call("aws.partition", ref("Region"), assign="PartitionResult"),
        ),
        error("Missing Region"),
    )
    assert (
        found
        == '''\
def resolve_endpoint(
    *,
    Region: str | None = None,
    UseFIPS: bool = False,
    Bucket: str | None = None,
    Flag: bool | None = None,
    Names: Sequence[str] | None = None,
) -> ResolvedEndpoint:
    """The endpoint for these parameters of the service's endpoint rules, by the names the rules give them."""
    if Region is not None:
        partition_result = partition_of(Region)
        if UseFIPS:
            raise EndpointError("No " + partition_result.name + " FIPS")
        return ResolvedEndpoint(
            "https://example." + as_host_label(Region) + "." + partition_result.dns_suffix,
            {"authSchemes": [{"name": "sigv4", "signingRegion": Region, "twice": False}]},
            headers={"x-region": [Region, "*"]},
        )
    raise EndpointError("Missing Region")
'''
    )


@pytest.mark.parametrize(
    ("condition", "source"),
    [
        (call("isSet", ref("Flag")), "Flag is not None"),
        (call("not", call("isSet", ref("Flag"))), "Flag is None"),
        (call("booleanEquals", ref("UseFIPS"), True), "UseFIPS"),
        (call("booleanEquals", True, ref("UseFIPS")), "UseFIPS"),
        (call("booleanEquals", ref("UseFIPS"), False), "not UseFIPS"),
        (call("not", ref("UseFIPS")), "not UseFIPS"),
        (call("not", call("not", ref("UseFIPS"))), "UseFIPS"),
        (call("booleanEquals", ref("Flag"), False), "Flag is False"),
        (call("booleanEquals", ref("Flag"), ref("UseFIPS")), "Flag == UseFIPS"),
        (
            call("booleanEquals", call("isSet", ref("Flag")), call("not", ref("UseFIPS"))),
            "(Flag is not None) == (not UseFIPS)",
        ),
        (call("stringEquals", "a", ref("Bucket")), "Bucket == 'a'"),
        (call("not", call("stringEquals", ref("Bucket"), "a")), "Bucket != 'a'"),
        (call("getAttr", ref("Names"), "[-1]"), "item(needed(Names, 'Names'), -1) is not None"),
        (call("coalesce", ref("Flag"), ref("UseFIPS")), "coalesce(Flag, UseFIPS)"),
        (call("coalesce", ref("UseFIPS"), ref("Flag")), "UseFIPS"),
        (call("ite", ref("UseFIPS"), ref("Flag"), True), "(Flag if UseFIPS else True) is True"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_conditions(condition: dict[str, Any], source: str) -> None:
    test = ast.unparse(ast.parse(source))
    assert body(endpoint("https://a", condition)).startswith(f"if {test}:")


def test_what_always_holds_is_not_asked_and_what_never_does_is_not_written() -> None:
    never = call("not", call("isSet", ref("UseFIPS")))
    found = body(
        error("never", never, call("parseURL", "https://a")),
        endpoint("https://a", call("isSet", ref("UseFIPS"))),
        error("after"),
    )
    assert found == "return ResolvedEndpoint('https://a')"
    assert [*compile_rules(document(error("never", never), endpoint("https://a")), "").imports] == [
        "ResolvedEndpoint"
    ]


def test_what_is_known_is_not_asked_again() -> None:
    found = body(
        error("no region", call("not", HAS_REGION)),
        tree(
            [
                error("known", HAS_REGION, call("stringEquals", ref("Region"), "b")),
                endpoint("https://{Region}"),
            ],
            call("stringEquals", ref("Region"), "a"),
        ),
        endpoint("https://c", HAS_REGION),
    )
    assert found.splitlines() == [
        "if Region is None:",
        "    raise EndpointError('no region')",
        "if Region == 'a':",
        "    return ResolvedEndpoint('https://' + as_host_label(Region))",
        "return ResolvedEndpoint('https://c')",
    ]


def test_a_variable_that_nothing_refers_to_is_not_kept() -> None:
    found = body(endpoint("https://a", HAS_BUCKET, call("aws.parseArn", ref("Bucket"), assign="arn")))
    assert found.startswith("if Bucket is not None and parse_arn(Bucket) is not None:")


def test_a_variable_has_one_type_in_a_function_and_a_name_of_its_own() -> None:
    texts = {"type": "string", "required": True}
    found = compile_rules(
        document(
            error("{split}", call("substring", ref("Text"), 0, 4, False, assign="split")),
            error("{split}", call("uriEncode", ref("Text"), assign="split")),
            parameters={"Text": texts, "text": texts},
        ),
        "rules.json",
    ).source
    assert "(split_ := substring(Text, 0, 4, False)) is not None" in found
    assert "split__2 = uri_encode(Text)" in found


def test_long_and_deep_rules_get_functions_of_their_own() -> None:
    def nested(levels: int) -> Rule:
        condition = call("stringEquals", ref("Bucket"), f"b{levels}")
        if not levels:
            return endpoint("https://{Region}", condition)
        return tree([nested(levels - 1)], call("not", condition))

    source = formatted(tree([nested(60)], HAS_REGION, HAS_BUCKET))
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    assert [each.name for each in functions] == [
        "resolve_endpoint",
        *(f"_rules_{number}" for number in range(1, len(functions))),
    ]
    assert len(functions) > 6
    assert "def _rules_1(Region: str, Bucket: str) -> ResolvedEndpoint:" in source
    assert max(len(line) - len(line.lstrip()) for line in source.splitlines()) < 12 * 4


def test_it_passes_the_last_look_with_its_own_vocabulary() -> None:
    compiled = compile_rules(
        document(
            tree(
                [
                    endpoint(
                        "{u#scheme}://{arn#region}.{u#authority}{u#normalizedPath}{x}",
                        properties={"a": [1, 2.5, None, {"b": "{x}"}]},
                        headers={"h": ["{x}", call("uriEncode", "{x}")]},
                    )
                ],
                HAS_BUCKET,
                call("parseURL", ref("Bucket"), assign="u"),
                call("aws.parseArn", ref("Bucket"), assign="arn"),
                call("getAttr", ref("arn"), "resourceId[-2]", assign="x"),
            )
        ),
        "rules.json",
    )
    imports = "".join(f"from heliograph.generated import {name}\n" for name in compiled.imports)
    source = f"{HEADER}from __future__ import annotations\n{imports}\n\n{compiled.source}\n"
    frame = Vocabulary(names=frozenset({"annotations"}), comments=frozenset(HEADER.splitlines()))
    verify({"rules.py": source.encode()}, frame | compiled.vocabulary, PACKAGE)
    with pytest.raises(GenerationError, match="no template and no name or text of the model"):
        verify({"rules.py": source.replace('"h"', '"i"').encode()}, frame | compiled.vocabulary, PACKAGE)


def test_hostile_text_changes_nothing_but_constants() -> None:
    def rules(text: str) -> dict[str, Any]:
        return document(
            endpoint(
                "https://a/",
                call("stringEquals", ref("Region"), text),
                properties={text: [text]},
                headers={"x-text": ["{Region}"]},
            ),
            error(text + "{UseText}"),
            parameters={
                "Region": {"type": "string", "builtIn": "AWS::Region", "documentation": text},
                "UseText": {"type": "string", "required": True, "default": text, "documentation": text},
            },
        )

    hostile = '"""\\\'\n#} + __import__("os").system("x")  # coding: utf-7 \u2028\ud800\x00'.replace(
        "}", "}}"
    )
    sources = [str(compile_rules(rules(text), text).source).encode() for text in (hostile, "harmless")]
    assert equal_but_for_constants(*sources)


@pytest.mark.parametrize("text", [" ", "#", "?", '"', "\\", "\n", "\u2028", "\xe9"])
def test_a_url_has_only_what_a_scheme_a_host_and_a_path_have(text: str) -> None:
    with pytest.raises(GenerationError, match="no scheme, host or path has"):
        compile_rules(document(endpoint(f"https://a{text}.example")), "rules.json")


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"X Y": ["a"]}, "/headers/X Y: 'X Y' is no header that rules can set"),
        ({"": ["a"]}, "'' is no header that rules can set"),
        ({"X\r\nY: z": ["a"]}, "is no header that rules can set"),
        ({"HOST": ["a"]}, "'HOST' is no header that rules can set"),
        ({"Authorization": ["a"]}, "'Authorization' is no header that rules can set"),
        ({"X-Y": ["a\r\nZ: b"]}, "/headers/X-Y/0: the value of a header has a character that none may have"),
        ({"X-Y": ["{Region}\u2028"]}, "the value of a header has a character that none may have"),
    ],
)
def test_rules_set_headers_that_are_some_and_theirs_to_set(headers: dict[str, Any], message: str) -> None:
    with pytest.raises(GenerationError, match=message):
        compile_rules(document(endpoint("https://a.example", HAS_REGION, headers=headers)), "rules.json")


# --- What it does


@pytest.mark.parametrize(
    "region",
    [
        *("x@attacker.com:443/#", "us-east-1\n", "us-east-\u0661", "", "a" * 64, "-a", "a-", "a.b", "a/b"),
        *("a%2fb", "a\x00", "[::1]"),
    ],
    ids=ascii,
)
def test_a_region_is_one_label_or_an_error(endpoint_rules: Run, region: str) -> None:
    outcome = endpoint_rules(document(endpoint("https://x.{Region}.example.com", HAS_REGION)))
    assert "cannot be part of a host name" in outcome({"Region": region})["error"]
    assert outcome({"Region": "mars-1"}) == {"endpoint": {"url": "https://x.mars-1.example.com"}}


@pytest.mark.parametrize(
    "rule",
    [
        endpoint("https://{Bucket}.example.com", HAS_BUCKET),
        endpoint("https://example-{b}", HAS_BUCKET, call("coalesce", ref("Bucket"), "x", assign="b")),
        endpoint("https://{b}", HAS_BUCKET, call("ite", ref("UseFIPS"), "x", "{Bucket}", assign="b")),
        endpoint("https://a.{b}/", HAS_BUCKET, call("substring", ref("Bucket"), 0, 5, False, assign="b")),
        endpoint("https://{p#region}", HAS_BUCKET, call("aws.parseArn", "arn:a:b:{Bucket}::x", assign="p")),
    ],
)
def test_no_parameter_can_move_the_host(endpoint_rules: Run, rule: Rule) -> None:
    outcome = endpoint_rules(document(rule))
    assert "endpoint" in outcome({"Bucket": "a-b_c.d"})
    assert "cannot be part of a host name" in outcome({"Bucket": "a.b/c"})["error"]
    assert "cannot be part of a host name" in outcome({"Bucket": "a@b.c"})["error"]


def test_what_a_condition_has_checked_is_not_checked_again(endpoint_rules: Run) -> None:
    checked = endpoint("https://{Region}.example.com", HAS_REGION, call("isValidHostLabel", "{Region}", True))
    assert "as_host_label" not in body(checked)
    assert endpoint_rules(document(checked))({"Region": "a.b"}) == {
        "endpoint": {"url": "https://a.b.example.com"}
    }


def test_a_tree_ends_the_evaluation(endpoint_rules: Run) -> None:
    flag = call("booleanEquals", ref("Flag"), True)
    outcome = endpoint_rules(document(tree([endpoint("https://a", flag)], HAS_BUCKET), endpoint("https://b")))
    assert outcome({"Bucket": "x", "Flag": True}) == {"endpoint": {"url": "https://a"}}
    assert outcome({"Bucket": "x"}) == {"error": "no endpoint rule matches these parameters"}
    assert outcome({}) == {"endpoint": {"url": "https://b"}}


def test_one_name_can_hold_another_value_in_another_rule(endpoint_rules: Run) -> None:
    def in_aws(region: str) -> tuple[dict[str, Any], dict[str, Any]]:
        name = call("getAttr", ref("p"), "name")
        return call("aws.partition", region, assign="p"), call("stringEquals", name, "aws")

    outcome = endpoint_rules(
        document(
            error("{p#name}", in_aws("{Region}")[0], call("not", in_aws("")[1])),
            error("twice {p#name}", *in_aws("cn-north-1")),
            error("{p#name}", *in_aws("us-east-1")),
            parameters={"Region": {"type": "string", "required": True}},
        )
    )
    assert outcome({"Region": "cn-north-1"}) == {"error": "aws-cn"}
    assert outcome({"Region": "us-east-1"}) == {"error": "aws"}


def test_parameters_and_defaults(endpoint_rules: Run) -> None:
    parameters = {
        "Needed": {"type": "String", "required": True},
        "On": {"type": "Boolean", "default": True},
        "Text": {"type": "String", "default": "text"},
        "List": {"type": "StringArray", "default": ["first"]},
        "def_": {"type": "String", "builtIn": "SDK::Endpoint"},
    }
    on = call("booleanEquals", ref("On"), True)
    first = call("getAttr", ref("List"), "[0]", assign="x")
    rules = document(endpoint("https://a/{Needed}{Text}{x}", on, first), parameters=parameters)
    outcome = endpoint_rules(rules)
    assert outcome({}) == {"error": "the endpoint rules need a value for Needed"}
    assert outcome({"Needed": "n"}) == {"endpoint": {"url": "https://a/ntextfirst"}}
    assert outcome({"Needed": "n", "Text": "", "List": ["b"]}) == {"endpoint": {"url": "https://a/nb"}}
    assert "error" in outcome({"Needed": "n", "On": False})
    compiled = compile_rules(rules, "rules.json")
    assert [(str(each.name), each.kind, each.default) for each in compiled.parameters] == [
        ("Needed", Kind.STRING, None),
        ("On", Kind.BOOLEAN, True),
        ("Text", Kind.STRING, "text"),
        ("List", Kind.STRINGS, ["first"]),
        ("def_", Kind.STRING, None),
    ]
    assert ast.literal_eval(compiled.built_ins) == {"SDK::Endpoint": "def_"}


def test_braces_that_are_written_twice_are_braces(endpoint_rules: Run) -> None:
    outcome = endpoint_rules(document(error("{{a}} {Bucket}", HAS_BUCKET)))
    assert outcome({"Bucket": "{Region}"}) == {"error": "{a} {Region}"}


# --- What is refused


def built_in(*names: object) -> dict[str, Any]:
    """The parameters A, B, ... for these built-ins."""
    return {
        "parameters": {
            key: {"type": "string", "builtIn": name} for key, name in zip("AB", names, strict=False)
        }
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": "2.0"}, "/version: version '2.0' of the rule language is not known"),
        ({"nodes": "", "root": 2}, "binary decision diagram .endpointBdd. are not supported"),
        ({"more": 1}, "'more' is not known here"),
        ({"rules": {}}, "/rules: an array is needed"),
        ({"parameters": []}, "/parameters: an object is needed"),
        ({"parameters": {"a b": {"type": "string"}}}, "/parameters/a b: 'a b' is no name"),
        ({"parameters": {"_a": {"type": "string"}}}, "'_a' is no name"),
        ({"parameters": {"def": {"type": "string"}}}, "'def' cannot be a Python name"),
        ({"parameters": {"parse_arn": {"type": "string"}}}, "'parse_arn' cannot be a Python name"),
        ({"parameters": {"A": {"type": "number"}}}, "/parameters/A/type: a parameter of type 'number'"),
        ({"parameters": {"A": {}}}, "/parameters/A: 'type' is missing"),
        ({"parameters": {"A": {"type": "boolean", "default": "x"}}}, "/default: the default of a boolean"),
        ({"parameters": {"A": {"type": "stringArray", "default": [1]}}}, "/default/0: a string is needed"),
        (built_in("AWS::Regoin"), "/A/builtIn: the built-in 'AWS::Regoin' is not .* did you mean 'AWS::Region'"),
        (built_in("AWS::Auth::CredentialScope"), "/A/builtIn: the built-in 'AWS::Auth::CredentialScope' is not"),
        (built_in(""), "/A/builtIn: the built-in '' is not one that a client can fill in"),
        (built_in(True), "/A/builtIn: a string is needed here"),
        (built_in("AWS::UseFIPS"), "/A/builtIn: the built-in AWS::UseFIPS is a boolean, and A is a string"),
        (built_in("AWS::Region", "AWS::Region"), "/B/builtIn: A is the built-in AWS::Region already"),
        ({"rules": [{"type": "loop"}]}, "/rules/0: a rule of type 'loop' is not known"),
        ({"rules": [{"conditions": []}]}, "a rule of type '' is not known"),
        ({"rules": [{"type": "error", "error": ""}]}, "'conditions' is missing"),
        ({"rules": [{**error("x"), "then": 1}]}, "'then' is not known here"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)  # fmt: skip
def test_other_documents_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(GenerationError, match=message) as refusal:
        compile_rules({**copy.deepcopy(document(error("x"))), **change}, "rules.json")
    assert str(refusal.value).startswith("rules.json")


def test_every_built_in_that_rules_may_ask_for_is_one_that_the_runtime_fills_in() -> None:
    read = {*vars(built_ins)["_READERS"], built_ins.ACCOUNT_ID}
    assert BUILT_INS.keys() == read


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (call("toUpper", "a"), "the function 'toUpper' is not known; one of aws.isVirtual"),
        (call("isSet"), "isSet takes 1 arguments, not 0"),
        (call("coalesce", "a"), "coalesce takes at least 2 arguments, not 1"),
        (call("isSet", ref("Other")), "'Other' is no parameter, and no variable"),
        (call("stringEquals", "{Other}", "a"), "'Other' is no parameter, and no variable"),
        (call("stringEquals", ref("UseFIPS"), "a"), "a string is needed here, not a boolean"),
        (call("booleanEquals", ref("Region"), True), "a boolean is needed here, not a string"),
        (call("uriEncode", ref("Names")), "a string is needed here, not a stringarray"),
        (call("coalesce", ref("Region"), True), "a string is needed here, not a boolean"),
        (call("getAttr", ref("Names"), "[x]"), "the path .* is none"),
        (call("getAttr", ref("Names"), ""), "the path .* is none"),
        (call("getAttr", ref("Names"), "name"), "a stringarray has no attribute 'name'"),
        (call("getAttr", ref("Region"), "[0]"), "a string has no items"),
        (call("getAttr", call("aws.partition", "a"), "dns"), "a partition has no attribute 'dns'"),
        (call("getAttr", call("parseURL", "a"), "path"), "may be unset here; assign it"),
        (call("substring", "a", -1, 2, False), "a whole number from 0 up"),
        (call("substring", "a", True, 2, False), "a whole number from 0 up"),
        (call("substring", "a", 0, 1.5, False), "a whole number from 0 up"),
        (call("split", "a", "", 0), "a delimiter cannot be empty"),
        (call("isSet", 5), "a string, a boolean, a reference or a function"),
        (call("isSet", {"ref": "Region", "x": 1}), "'x' is not known here"),
        (call("isSet", ref("Region"), assign="Bucket"), "a parameter; take another name"),
        (call("isSet", ref("Region"), assign="a-b"), "'a-b' is no name"),
        (call("stringEquals", "{", "a"), "a brace that opens or closes no reference"),
        (call("stringEquals", "{a{b}}", "a"), "a brace that opens or closes no reference"),
        (call("stringEquals", "{UseFIPS}" * 101, "a"), "a string is needed here, not a boolean"),
        (call("stringEquals", "{Region}" * 101, "a"), "a template of 101 pieces; at most 100"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)  # fmt: skip
def test_other_conditions_are_refused(condition: dict[str, Any], message: str) -> None:
    with pytest.raises(GenerationError, match=message) as refusal:
        compile_rules(document(error("{Bucket} {a-b}", condition)), "rules.json")
    assert str(refusal.value).startswith("rules.json#/rules/0/conditions/0")


def test_calls_are_not_nested_without_end() -> None:
    condition: dict[str, Any] = call("isSet", ref("Region"))
    for _ in range(25):
        condition = call("not", condition)
    with pytest.raises(GenerationError, match="deeper than 20 levels"):
        compile_rules(document(error("x", condition)), "rules.json")


def test_rules_are_not_nested_without_end() -> None:
    rule = error("x")
    for _ in range(5000):
        rule = tree([rule], HAS_REGION)
    with pytest.raises(GenerationError, match="nested too deeply"):
        compile_rules(document(rule), "rules.json")
