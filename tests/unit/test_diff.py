# SPDX-License-Identifier: Apache-2.0
"""The semantic diff: each rule finds its change and nothing else, and equal models have no differences."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import jsonschema
import pytest

from heliograph.__main__ import main as heliograph
from heliograph_codegen import ir
from heliograph_codegen.diff import RULES, Bump, Diff, Severity, diff
from heliograph_codegen.diff.report import change_note, lines, summary, to_json
from heliograph_codegen.frontends import load, yaml_model

DOCS = Path(__file__).resolve().parents[2] / "docs" / "diff.md"

BASE = """\
heliograph: 1
service: Bell Tower
version: "2026-01-01"
protocol: rest-json
signing: belltower
auth: [sigv4, bearer]
target-prefix: Bells
json-version: "1.0"
query-compatible: true
http2: optional
endpoint: {prefix: belltower}
client-params: {Loud: boolean}
documentation: Rings bells.
common-errors: [Throttled]
operations:
  Count:
    http: GET /count?mode=fast
    readonly: true
    unsigned-payload: true
    compression: gzip
    input-element: Question
    input-namespace: urn:question
    result-wrapper: CountResult
    static-params: {Fast: true}
    endpoint-discovery: optional
    checksum: {required: true}
    output:
      Number: {type: integer, required: true}
      Names: {type: Names, required: true}
      Bell: {type: Bell, required: true}
  ListBells:
    http: GET /bells
    input:
      Token: {type: string, query: token}
      Size: {type: integer, query: size}
    output:
      Bells: Bells
      Token: string
    paginator: {input-tokens: Token, output-tokens: Token, limit: Size, results: Bells}
    examples: [{title: One, input: {Token: a}, output: {}}]
  Mend:
    http: POST /mend
  Ring:
    http: POST /ring/{Tower}
    host-prefix: "{Region}."
    positional: [Tower]
    read-timeout: 70
    documentation: Rings a bell.
    input:
      Tower: {type: string, required: true, label: true}
      Region: {type: string, required: true, host-label: true}
      Tune: {type: Tune, required: true}
      Times: {type: integer, default: 1, wire-name: times}
      Secret: {type: string, sensitive: true, length: 1..64, pattern: "[a-z]+"}
      When: timestamp
      Token: {type: string, idempotency-token: true, context-param: Token}
      Notes: {type: Notes, flattened: true, xml-namespace: urn:notes}
      Flags: {type: Flags, deprecated: {message: Use Notes.}}
      Extra: {type: string, json-value: true}
      Choice: Choice
      Mood: Mood
      Rope: Rope
    output:
      Loudness: {type: integer, header: X-Loudness}
      Sound: {type: blob, payload: true, streaming: true, requires-length: true}
    errors: [BellMissing]
waiters:
  BellThere:
    operation: Count
    delay: 5
    max-attempts: 3
    acceptors: [{status: 200, outcome: success}]
shapes:
  Tune: {enum: [PLAIN, {value: CHANGES, name: CHANGES}]}
  Mood: {int-enum: [1, 2]}
  Names: {list: string}
  Bell: {structure: {Name: string, Hung: timestamp}}
  Bells: {list: Bell}
  Rope: {structure: {Length: integer}}
  Notes: {list: {type: string, name: note}}
  Flags: {map: {key: string, value: timestamp}}
  Choice: {union: {Left: string, Right: string}}
errors:
  BellMissing: {status: 404, code: NoBell, members: {Message: string}}
  Throttled: {status: 429, retryable: {throttling: true}}
"""


Edit = tuple[str, str]
"""A text of the base, and what stands there instead."""


class Row(NamedTuple):
    """Edits of the base model, and the rules besides the row's own that they rightly call."""

    edits: tuple[Edit, ...]
    also: str
    base: tuple[Edit, ...]
    """Edits that both models have."""
    is_old: bool
    """The edited model is the old one."""


def row(*edits: Edit, also: str = "", base: tuple[Edit, ...] = (), is_old: bool = False) -> Row:
    return Row(edits, also, base, is_old)


JSON = ("protocol: rest-json", "protocol: json")
QUERY = ("protocol: rest-json", "protocol: query")
MEND = "POST /mend\n"
DONE_SHAPE = ("shapes:\n", "shapes:\n  Done: {structure: {At: string}}\n  Over: {structure: {At: string}}\n")
BOTH = (
    (MEND, f"{MEND}    output: {{Done: Done, Over: Over}}\n"),
    DONE_SHAPE,
)
PAGINATOR = "    paginator: {input-tokens: Token, output-tokens: Token, limit: Size, results: Bells}\n"

ROWS: dict[str, Row] = {
    "SOURCE-SERVICE-RENAMED": row(("service: Bell Tower", "service: Clock Tower")),
    "SOURCE-CLIENT-PARAM-REMOVED": row(
        (", Quiet: string}", "}"), base=((": boolean}\ndoc", ": boolean, Quiet: string}\ndoc"),)
    ),
    "SOURCE-CLIENT-PARAM-TYPE": row(("{Loud: boolean}", "{Loud: string}")),
    "SOURCE-OPERATION-REMOVED": row((f"  Mend:\n    http: {MEND}", "")),
    "SOURCE-OPERATION-RENAMED": row(("  ListBells:", "  ListTheBells:"), also="SOURCE-CLASS-RENAMED"),
    "SOURCE-INPUT-REMOVED": row((MEND, f"{MEND}    input: {{Slowly: boolean}}\n"), is_old=True),
    "SOURCE-OUTPUT-REMOVED": row(
        (MEND, f"{MEND}    output: {{Done: boolean}}\n"), also="SOURCE-CLASS-REMOVED", is_old=True
    ),
    "SOURCE-POSITIONAL-CHANGED": row(("[Tower]", "[Tune]")),
    "SOURCE-PAGINATOR-REMOVED": row((PAGINATOR, "")),
    "SOURCE-PAGINATOR-RESULTS": row(("results: Bells}", "results: Token}")),
    "SOURCE-WAITER-REMOVED": row(("  BellThere:", "  BellGone:"), also="ADDED-WAITER"),
    "SOURCE-CLASS-REMOVED": row(
        ("Mood: Mood", "Mood: integer"), ("  Mood: {int-enum: [1, 2]}\n", ""), also="NOTE-KIND"
    ),
    "SOURCE-CLASS-RENAMED": row(("Rope: Rope", "Rope: Cord"), ("  Rope: {struct", "  Cord: {struct")),
    "SOURCE-CLASS-REPLACED": row(("{Done: Done, Over: Over}", "{Done: Over, Over: Done}"), base=BOTH),
    "SOURCE-MEMBER-REMOVED": row(("      Extra: {type: string, json-value: true}\n", "")),
    "SOURCE-MEMBER-RENAMED": row(("      Times: {", "      HowOften: {")),
    "SOURCE-MEMBER-REQUIRED": row(("Rope: Rope\n", "Rope: {type: Rope, required: true}\n")),
    "SOURCE-REQUIRED-MEMBER-ADDED": row(
        ("      Rope: Rope", "      Rope: Rope\n      New: {type: string, required: true}")
    ),
    "SOURCE-MEMBER-MAY-BE-ABSENT": row(("Number: {type: integer, required: true}", "Number: integer")),
    "SOURCE-TYPE-CHANGED": row(
        ("{structure: {Length: integer}}", "{structure: {Length: string}}"), also="WIRE-TYPE-CHANGED"
    ),
    "SOURCE-STREAMING-CHANGED": row(
        ("streaming: true, requires-length: true", ""), also="WIRE-REQUIRES-LENGTH"
    ),
    "SOURCE-EVENT-STREAM-CHANGED": row(
        ("{union: {Ping: Rope}}", "{union: {Ping: Rope}, event-stream: true}"),
        base=(
            (MEND, f"{MEND}    output: {{Events: Events}}\n"),
            ("shapes:\n", "shapes:\n  Events: {union: {Ping: Rope}}\n"),
        ),
    ),
    "SOURCE-JSON-VALUE-CHANGED": row((", json-value: true", "")),
    "SOURCE-SPARSE-CHANGED": row(("Names: {list: string}", "Names: {list: string, sparse: true}")),
    "SOURCE-ERROR-UNLISTED": row(
        ("errors: [BellMissing]", "errors: []"),
        ("common-errors: [Throttled]", "common-errors: [BellMissing, Throttled]"),
        also="ADDED-ERROR",
    ),
    "SOURCE-WAITER-CHANGED": row(("outcome: success", "outcome: success}, {status: 404, outcome: failure")),
    "SOURCE-SECRET-UNMARKED": row(("sensitive: true, ", "")),
    "SOURCE-DEFAULT-CHANGED": row(("default: 1", "default: 2")),
    "WIRE-PROTOCOL": row(JSON),
    "WIRE-VERSION": row(('"2026-01-01"', '"2027-01-01"'), base=(QUERY,)),
    "WIRE-SIGNING-NAME": row(("signing: belltower", "signing: bells")),
    "WIRE-AUTH": row(("[sigv4, bearer]", "[bearer]")),
    "WIRE-ENDPOINT": row(("prefix: belltower", "prefix: bells")),
    "WIRE-TARGET-PREFIX": row(("prefix: Bells", "prefix: Bell")),
    "WIRE-JSON-VERSION": row(('"1.0"', '"1.1"')),
    "WIRE-QUERY-COMPATIBLE": row(("query-compatible: true\n", "")),
    "WIRE-OPERATION-NAME": row(
        ("  ListBells:", "  ListTheBells:"),
        also="SOURCE-OPERATION-RENAMED SOURCE-CLASS-RENAMED",
        base=(JSON,),
    ),
    "WIRE-METHOD": row(("GET /bells", "POST /bells")),
    "WIRE-PATH": row(("/mend", "/mend/it")),
    "WIRE-HEADERS": row((MEND, f"{MEND}    headers: {{x-bells: many}}\n")),
    "WIRE-HOST-PREFIX": row(('"{Region}."', '"{Region}-"')),
    "WIRE-BODY-ELEMENT": row(("input-element: Question", "input-element: Query")),
    "WIRE-RESULT-WRAPPER": row(("CountResult", "Counted")),
    "WIRE-MEMBER-NAME": row(("wire-name: times", "wire-name: often")),
    "WIRE-MEMBER-MOVED": row(("query: token", "header: X-Token")),
    "WIRE-TIMESTAMP-FORMAT": row(("When: timestamp", "When: {type: timestamp, timestamp-format: date-time}")),
    "WIRE-FLATTENED": row(("flattened: true, ", "")),
    "WIRE-ENTRY-NAME": row(("name: note", "name: remark")),
    "WIRE-XML-NAMESPACE": row(("urn:notes", "urn:remarks")),
    "WIRE-TYPE-CHANGED": row(("value: timestamp", "value: blob"), also="SOURCE-TYPE-CHANGED"),
    "WIRE-ERROR-CODE": row(("code: NoBell", "code: Missing")),
    "WIRE-STATUS": row((MEND, f"{MEND}    status: 202\n")),
    "WIRE-HTTP2": row(("http2: optional\n", "")),
    "WIRE-ENDPOINT-RULES": row(
        ("https://a", "https://b"),
        base=(
            (
                "{prefix: belltower}",
                '{rules: {version: "1.0", parameters: {}, rules: [{type: endpoint, conditions: [], endpoint: {url: "https://a"}}]}}',
            ),
        ),
    ),
    "WIRE-ENDPOINT-PARAMS": row(("{Fast: true}", "{Fast: false}")),
    "WIRE-ENDPOINT-DISCOVERY": row(("discovery: optional", "discovery: required")),
    "WIRE-UNSIGNED-PAYLOAD": row(("    unsigned-payload: true\n", "")),
    "WIRE-CUSTOMISATION": row((MEND, f"{MEND}    customise: user-data\n")),
    "WIRE-CHECKSUM": row(("    checksum: {required: true}\n", "")),
    "WIRE-COMPRESSION": row(("    compression: gzip\n", "")),
    "WIRE-REQUIRES-LENGTH": row((", requires-length: true", "")),
    "WIRE-PAGINATOR-TOKENS": row(("output-tokens: Token", "output-tokens: Next.Token")),
    "WIRE-IDEMPOTENCY-TOKEN": row(("idempotency-token: true, ", "")),
    "WIRE-CONSTRAINT-NARROWED": row(("1..64", "2..64")),
    "WIRE-ENUM-VALUE-REMOVED": row(("[PLAIN, {value: CHANGES, name: CHANGES}]", "[PLAIN]")),
    "WIRE-MEDIA-TYPE": row(
        ("media-type: audio/wav", "media-type: audio/ogg"),
        base=(
            ("type: blob, payload", "type: Noise, payload"),
            ("shapes:\n", "shapes:\n  Noise: {type: blob, media-type: audio/wav}\n"),
        ),
    ),
    "WIRE-ERROR-STATUS": row(("status: 404, code", "status: 410, code")),
    "WIRE-RETRYABLE": row((", retryable: {throttling: true}", ", retryable: true")),
    "ADDED-OPERATION": row(("  Mend:", "  Make:\n    http: POST /make\n  Mend:")),
    "ADDED-INPUT": row((MEND, f"{MEND}    input: {{Slowly: boolean}}\n")),
    "ADDED-OUTPUT": row((MEND, f"{MEND}    output: {{Done: boolean}}\n")),
    "ADDED-MEMBER": row(("      Rope: Rope", "      Rope: Rope\n      New: string")),
    "ADDED-OPTIONAL": row(("{type: Tune, required: true}", "Tune")),
    "ADDED-ALWAYS-PRESENT": row(("Loudness: {type: integer,", "Loudness: {type: integer, required: true,")),
    "ADDED-POSITIONAL": row(("[Tower]", "[Tower, Tune]")),
    "ADDED-ENUM-VALUE": row(("[PLAIN,", "[PLAIN, FULL,")),
    "ADDED-ERROR": row((MEND, f"{MEND}    errors: [BellMissing]\n")),
    "ADDED-PAGINATOR": row((PAGINATOR, ""), is_old=True),
    "ADDED-WAITER": row(
        (
            "waiters:\n",
            "waiters:\n  Quiet: {operation: Mend, delay: 1, max-attempts: 2, acceptors: [{status: 200, "
            "outcome: success}]}\n",
        )
    ),
    "ADDED-CLIENT-PARAM": row(("{Loud: boolean}", "{Loud: boolean, Quiet: string}")),
    "ADDED-AUTH": row(("[sigv4, bearer]", "[sigv4, bearer, none]")),
    "ADDED-IDEMPOTENCY-TOKEN": row(("idempotency-token: true, ", ""), is_old=True),
    "ADDED-DEPRECATION": row((MEND, f"{MEND}    deprecated: {{message: Make a new one.}}\n")),
    "NOTE-DOCUMENTATION": row(("Rings a bell.", "Rings the bell.")),
    "NOTE-EXAMPLES": row(("title: One", "title: Another")),
    "NOTE-DEPRECATION": row((", deprecated: {message: Use Notes.}", "")),
    "NOTE-VERSION": row(('"2026-01-01"', '"2027-01-01"')),
    "NOTE-PROTOCOLS": row(("protocol: rest-json", "protocol: [rest-json, smithy-rpc-v2-cbor]")),
    "NOTE-KIND": row(("{structure: {Length: integer}}", "{structure: {Length: long}}")),
    "NOTE-CONSTRAINT": row(("1..64", "0..99"), (', pattern: "[a-z]+"', "")),
    "NOTE-SECRET-MARKED": row(("sensitive: true, ", ""), is_old=True),
    "NOTE-ENUM-VALUE-NAME": row(("name: CHANGES", "name: Changes")),
    "NOTE-ALWAYS-EMPTY": row(("Names: {type: Names, required: true}", "Names: Names")),
    "NOTE-READ-TIMEOUT": row(("read-timeout: 70", "read-timeout: 80")),
    "NOTE-IDEMPOTENT": row(("    readonly: true\n", "")),
    "NOTE-RETRIES": row(
        (MEND, f"{MEND}    long-polling: true\n"), ("signing:", "retries: {attempts: 4, base: 25}\nsigning:")
    ),
    "NOTE-FAULT": row(("status: 429,", "status: 429, fault: server,")),
    "NOTE-PAGINATOR": row(("limit: Size, ", "")),
    "NOTE-WAITER-PACE": row(("delay: 5", "delay: 9")),
    "NOTE-OTHER": row(
        ("Names: {type: Names,", "Names: {type: Called,"), ("  Names: {list", "  Called: {list")
    ),
}


def edited(text: str, edits: tuple[Edit, ...]) -> str:
    for before, after in edits:
        assert before in text, before
        text = text.replace(before, after)
    return text


def model(text: str, folder: Path, name: str) -> ir.Model:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return yaml_model.load(path)


def compared(row: Row, folder: Path) -> Diff:
    base = edited(BASE, row.base)
    old, new = base, edited(base, row.edits)
    if row.is_old:
        old, new = new, old
    return diff(model(old, folder, "old.yaml"), model(new, folder, "new.yaml"))


def ids(found: Diff) -> list[str]:
    return [change.rule.id for change in found.changes]


# --- Rules


def test_each_rule_has_a_row() -> None:
    assert sorted(ROWS) == sorted(RULES)


@pytest.fixture(scope="module")
def found_by_row(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Diff]:
    folder = tmp_path_factory.mktemp("rows")
    return cache(lambda rule: compared(ROWS[rule], folder))


@pytest.mark.parametrize("rule", ROWS)
def test_a_rule_finds_its_change_and_no_other_rule_does(
    rule: str, found_by_row: Callable[[str], Diff]
) -> None:
    found = found_by_row(rule)
    assert set(ids(found)) == {rule, *ROWS[rule].also.split()}, [each.text for each in found.changes]


@pytest.mark.parametrize("rule", ROWS)
def test_a_change_says_where_and_what_in_one_line(rule: str, found_by_row: Callable[[str], Diff]) -> None:
    for change in found_by_row(rule).changes:
        assert re.fullmatch(r"\S*(old|new)\.yaml:\d+", str(change.origin)), change
        assert "\n" not in change.text
        assert change.text[0].islower()
        assert not change.text.endswith(".")
        assert change.text.count("`") % 2 == 0


def test_the_page_lists_the_rules_as_they_are() -> None:
    rows = re.findall(
        r"^\| `([A-Z0-9-]+)` \| (\w+) \| (.*) \|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert rows == [(rule.id, rule.severity.value, rule.meaning) for rule in RULES.values()]


def test_an_id_tells_how_grave_a_change_can_be() -> None:
    grave = {Severity.BREAKING, Severity.RISKY}
    allowed = {"SOURCE": grave, "WIRE": grave, "ADDED": {Severity.ADDITION}, "NOTE": {Severity.NOTE}}
    assert [
        rule.id for rule in RULES.values() if rule.severity not in allowed[rule.id.partition("-")[0]]
    ] == []


@pytest.mark.parametrize(
    "node",
    [
        *(ir.Service, ir.Operation, ir.Member, ir.Waiter, ir.Paginator, ir.ErrorTrait, ir.Entry),
        *(ir.Constraints, ir.SimpleShape, ir.EnumShape, ir.ListShape, ir.MapShape, ir.StructureShape),
    ],
    ids=lambda node: node.__name__,
)
def test_every_field_of_a_node_is_looked_at(node: type) -> None:
    """A field that is new in the IR needs a rule."""
    folder = DOCS.parents[1] / "codegen" / "heliograph_codegen" / "diff"
    sources = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    looked_at = set(re.findall(r"\.(\w+)\b", sources)) | set(re.findall(r'"(\w+)"', sources))
    assert {field.name for field in fields(node)} - looked_at == set()


# --- Directions and reach


@pytest.mark.parametrize(
    ("edits", "rules"),
    [
        (
            [("Number: {type: integer, required: true}", "Number: {type: integer}")],
            {"SOURCE-MEMBER-MAY-BE-ABSENT"},
        ),
        ([("Tune: {type: Tune, required: true}", "Tune: Tune")], {"ADDED-OPTIONAL"}),
        (
            [("{Name: string, Hung", "{Name: string, Age: {type: integer, required: true}, Hung")],
            {"ADDED-MEMBER"},
        ),
        (
            [("{Length: integer}", "{Length: integer, Age: {type: integer, required: true}}")],
            {"SOURCE-REQUIRED-MEMBER-ADDED"},
        ),
        ([("Names: {list: string}", "Names: {list: string, length: 1..3}")], {"NOTE-CONSTRAINT"}),
        (
            [
                (
                    "{Length: integer}",
                    "{Length: integer, Id: {type: string, required: true, idempotency-token: true}}",
                )
            ],
            {"ADDED-MEMBER"},
        ),
        ([("Notes: {list: {", "Notes: {length: 1..3, list: {")], {"WIRE-CONSTRAINT-NARROWED"}),
        ([("Names: {list: string}", "Names: {list: Tune}")], {"NOTE-KIND"}),
        (
            [
                ("/ring/{Tower}", "/ring/{Place}"),
                ("label: true}\n      Region", "label: Place}\n      Region"),
            ],
            {"NOTE-OTHER"},
        ),
        ([("When: timestamp", "When: {type: timestamp, timestamp-format: epoch-seconds}")], {"NOTE-OTHER"}),
        (
            [("{union: {Left: string, Right: string}}", "{structure: {Left: string, Right: string}}")],
            {"SOURCE-TYPE-CHANGED"},
        ),
        ([("Number: {type: integer,", "Number: {type: long,")], {"NOTE-KIND"}),
        (
            [("Number: {type: integer,", "Number: {type: string,")],
            {"SOURCE-TYPE-CHANGED", "WIRE-TYPE-CHANGED"},
        ),
    ],
    ids=[
        *(
            "output optional",
            "input optional",
            "new in an answer",
            "new in an argument",
            "size of an answer",
            "new and filled",
        ),
        *("size of an argument", "string to enumeration", "label renamed", "the default format"),
        *("union to structure", "integer to long", "integer to string"),
    ],
)
def test_what_a_change_means_depends_on_who_makes_the_value(
    edits: list[Edit], rules: set[str], tmp_path: Path
) -> None:
    assert set(ids(compared(row(*edits), tmp_path))) == rules


def test_a_swap_of_labels_is_another_path(tmp_path: Path) -> None:
    label = "{type: string, required: true, label: true}"
    base = ("/mend\n", f"/mend/{{A}}/{{B}}\n    input: {{A: {label}, B: {label}}}\n")
    assert ids(compared(row(("{A}/{B}", "{B}/{A}"), base=(base,)), tmp_path)) == ["WIRE-PATH"]


def test_recursive_shapes_are_compared_once(tmp_path: Path) -> None:
    base = ("{Name: string, Hung: timestamp}", "{Name: string, Inside: Bell, All: Bells}")
    found = compared(row(("{Name: string, Inside", "{Name: integer, Inside"), base=(base,)), tmp_path)
    assert ids(found) == ["SOURCE-TYPE-CHANGED", "WIRE-TYPE-CHANGED"]


@pytest.mark.parametrize(
    "service", ["sqs", "dynamodb", "s3", "route53", "ec2", "transcribe", "kinesis-video-signaling"]
)
def test_a_published_model_does_not_differ_from_itself(service: str) -> None:
    pytest.importorskip("botocore", reason="reads the models that botocore brings")
    found = diff(load(f"botocore:{service}"), load(f"botocore:{service}"))
    assert found.changes == ()
    assert found.bump is Bump.NONE


def test_different_models_always_differ(tmp_path: Path) -> None:
    found = compared(ROWS["NOTE-OTHER"], tmp_path)
    assert ir.digest(found.old) != ir.digest(found.new)
    assert found.bump is Bump.PATCH


@pytest.mark.parametrize(
    ("rule", "bump"),
    [
        ("SOURCE-MEMBER-REMOVED", "major"),
        ("WIRE-STATUS", "minor"),
        ("ADDED-MEMBER", "minor"),
        ("NOTE-EXAMPLES", "patch"),
    ],
)
def test_the_gravest_change_decides_the_version(rule: str, bump: str, tmp_path: Path) -> None:
    assert compared(ROWS[rule], tmp_path).bump == bump


# --- Reports


def test_text_begins_with_the_place_and_ends_with_the_sum(tmp_path: Path) -> None:
    found = compared(row(("GET /bells", "POST /bells"), (MEND, f"{MEND}    documentation: New.\n")), tmp_path)
    said = [line.replace(str(tmp_path), "") for _, line in lines(found)]
    assert said == [
        "/new.yaml:31: breaking WIRE-METHOD: the HTTP method of operation 'ListBells' changed from 'GET' to 'POST'",
        "/new.yaml:41: note NOTE-DOCUMENTATION: operation 'Mend' has another text (documentation)",
    ]
    assert summary(found) == "1 breaking change, 1 note; suggested version bump: major"


def test_many_texts_for_the_reader_are_counted(tmp_path: Path) -> None:
    texts = [
        (f"  {name}:\n    http", f"  {name}:\n    documentation: New.\n    http")
        for name in ("Count", "ListBells", "Mend", "Ring")
    ]
    found = compared(row(*texts, ("    documentation: Rings a bell.\n", "")), tmp_path)
    assert [line for _, line in lines(found)] == [
        "note NOTE-DOCUMENTATION: 4 texts for the reader are others"
    ]
    assert "- 4 texts for the reader are others." in change_note(found)
    assert len(json.loads(to_json(found))["changes"]) == 4


def test_the_change_note_is_markdown(tmp_path: Path) -> None:
    found = compared(row(("[PLAIN,", '["*FULL*`<b>", PLAIN,'), ("GET /bells", "POST /bells")), tmp_path)
    assert change_note(found) == (
        "Bell Tower, model of 2026-01-01: suggested version bump: major.\n\n"
        "**Breaking**\n\n"
        "- The HTTP method of operation `ListBells` changed from `GET` to `POST`. (`WIRE-METHOD`)\n\n"
        "**Added**\n\n"
        "- Enumeration `Tune` has `*FULL*'<b>`. (`ADDED-ENUM-VALUE`)\n"
    )


def test_hostile_text_of_a_model_does_not_reach_the_terminal(tmp_path: Path) -> None:
    old = model(BASE, tmp_path, "old.yaml")
    new = replace(old, service=replace(old.service, signing_name="\x1b[2J\u202e`\n# x" + "y" * 1000))
    found = diff(old, new)
    ((_, line),) = lines(found)
    assert line.isprintable()
    assert len(line) < 400
    assert "\n#" not in change_note(found)


SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["schema", "old", "new", "bump", "changes"],
    "properties": {
        "schema": {"const": 1},
        "old": {"$ref": "#/$defs/model"},
        "new": {"$ref": "#/$defs/model"},
        "bump": {"enum": ["major", "minor", "patch", "none"]},
        "changes": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["rule", "severity", "subject", "text", "old", "new"],
                "properties": {
                    "rule": {"enum": list(RULES)},
                    "severity": {"enum": ["breaking", "risky", "addition", "note"]},
                    "subject": {"type": "string"},
                    "text": {"type": "string"},
                    "old": {"$ref": "#/$defs/origin"},
                    "new": {"$ref": "#/$defs/origin"},
                },
            },
        },
    },
    "$defs": {
        "model": {
            "type": "object",
            "additionalProperties": False,
            "required": ["service", "version", "digest"],
            "properties": {
                "service": {"type": "string"},
                "version": {"type": "string"},
                "digest": {"pattern": "^[0-9a-f]{64}$"},
            },
        },
        "origin": {
            "type": ["object", "null"],
            "additionalProperties": False,
            "required": ["file", "line", "pointer"],
            "properties": {
                "file": {"type": "string"},
                "line": {"type": ["integer", "null"]},
                "pointer": {"type": "string"},
            },
        },
    },
}


@pytest.mark.parametrize("rule", ["SOURCE-MEMBER-REMOVED", "ADDED-MEMBER", "WIRE-METHOD", "NOTE-OTHER"])
def test_the_json_is_as_documented(rule: str, tmp_path: Path) -> None:
    document = json.loads(to_json(compared(ROWS[rule], tmp_path)))
    jsonschema.validate(document, SCHEMA)
    (change,) = document["changes"]
    assert change["rule"] == rule
    assert (change["old"] is None) == (rule == "ADDED-MEMBER")
    assert (change["new"] is None) == (rule == "SOURCE-MEMBER-REMOVED")


# --- The command


@pytest.mark.parametrize(
    ("rule", "on", "status"),
    [
        ("SOURCE-MEMBER-REMOVED", None, 0),
        ("SOURCE-MEMBER-REMOVED", "source", 1),
        ("SOURCE-MEMBER-REMOVED", "wire", 0),
        ("WIRE-METHOD", "source", 0),
        ("WIRE-METHOD", "wire", 1),
        ("WIRE-STATUS", "wire", 0),
        ("NOTE-EXAMPLES", "source", 0),
        ("NOTE-EXAMPLES", "any", 1),
    ],
)
def test_the_status_is_1_where_what_was_named_is_found(
    rule: str, on: str | None, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compared(ROWS[rule], tmp_path)
    options = [] if on is None else ["--fail-on", on]
    assert heliograph(["diff", str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml"), *options]) == status
    assert rule in capsys.readouterr().out


def test_equal_models_end_with_status_0_whatever_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model(BASE, tmp_path, "old.yaml")
    arguments = ["diff", str(tmp_path / "old.yaml"), str(tmp_path / "old.yaml"), "--fail-on", "any"]
    assert heliograph(arguments) == 0
    assert capsys.readouterr().out == "no differences\n"
    assert heliograph([*arguments, "--markdown"]) == 0
    assert "no changes" in capsys.readouterr().out
    assert heliograph([*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"] == []


@pytest.mark.parametrize(
    "arguments",
    [["missing.yaml", "missing.yaml"], ["botocore:no-such-service", "missing.yaml"], ["missing.yaml"]],
    ids=["no file", "no service", "one model"],
)
def test_an_error_ends_with_one_line_and_status_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status: object = heliograph(["diff", *arguments])
    except SystemExit as end:
        status = end.code
    assert status == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
