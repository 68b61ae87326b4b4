# SPDX-License-Identifier: Apache-2.0
"""The YAML dialect: what it says, what it refuses and where, and that dump is its inverse."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heliograph_codegen import ir, passes
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends import dump, load, yaml_model
from heliograph_codegen.frontends.document import Fields, parse, plain
from heliograph_codegen.frontends.yaml_dump import to_document
from heliograph_codegen.limits import DEFAULT_LIMITS, Limits

SMALL = """\
heliograph: 1
service: Tiny Things
version: "2020-01-01"
protocol: rest-json
endpoint: {prefix: tiny}
operations:
  GetThing:
    http: GET /things/{Id}
    input:
      Id: {type: string, required: true, label: true}
    output:
      Name: Name
    errors: [NoSuchThing]
shapes:
  Name: {type: string, length: 1..64}
errors:
  NoSuchThing: {status: 404, members: {message: string}}
"""

RICH = """\
heliograph: 1
service: Rich Things
version: 2020-01-01
protocol: [json, rest-json]
signing: richer
auth: [sigv4, bearer]
target-prefix: Rich_2020
json-version: "1.1"
per-resource: Ask for the host first.
documentation: |
  First paragraph,
  wrapped.

  Second: with "quotes", a # and a back\\slash.
reference: https://example.test/rich
operations:
  PutThing:
    http: PUT /things/{thing-id}/{Path+}?mode=fast&flag
    status: 201
    documentation: Puts a thing.
    reference: https://example.test/rich/put#it
    positional: [Id, Path, params]
    read-timeout: {seconds: 90, reason: It is slow.}
    idempotent: true
    readonly: true
    auth: none
    host-prefix: "{Host}.data-"
    input:
      Id: {type: string, required: true, label: thing-id}
      Path: {type: string, required: true, label: true}
      Host: {type: string, required: true, host-label: true, header: X-Host}
      Token: {type: string, idempotency-token: true, header: X-Token}
      Meta: {type: Tags, prefix-headers: X-Meta-}
      Page: {type: integer, query: page, range: 1.., default: 1}
      More: {type: Tags, query-map: true}
      Body: {type: Thing, payload: true}
    output: Answer
    errors: [Busy, Down]
    examples:
      - title: All of it
        documentation: With everything.
        input: {Id: "1", Path: a/b, Host: h, Body: {When: 1.5, Data: aGk=, Choice: {Left: true}}}
        output: {Code: 200, Things: [{Name: "no"}, {}], Empty: ""}
      - title: Busy
        input: {Id: "1", Path: a, Host: h}
        error: {Busy: {Message: later}}
  Stop:
    read-timeout: 5
    input: {}
    examples: [{title: Nothing, output: {}}]
shapes:
  Answer:
    documentation: What comes back.
    structure:
      Code: {type: integer, status: true}
      Things: Things
      Empty: string
      Flag: {type: boolean, default: false}
  Thing:
    sensitive: true
    structure:
      Name: {type: Name, wire-name: its name, documentation: "yes"}
      When: {type: timestamp, timestamp-format: http-date}
      Then: Then
      Data: {type: blob, length: ..10}
      Choice: Choice
      Level: Level
      Size: Size
      Secret: {type: string, sensitive: {reason: "It opens: all"}, pattern: "^[\\\\w]+$"}
      Self: Thing
      Numbers: Numbers
      Any: document
  Things: {list: Thing, length: 3}
  Numbers: {list: double, sparse: true}
  Tags: {map: {key: Name, value: string}, length: 0..50}
  Name: {type: string, documentation: "\\u2028 odd \\t text", length: 1..}
  Then: {type: timestamp, timestamp-format: epoch-seconds}
  Choice: {union: {Left: boolean, Right: string}}
  Level: {enum: [LOW, {value: "on", name: ON, documentation: Lit.}, ""], pattern: "[A-Z]+"}
  Size: {int-enum: [1, {value: -2, name: Minus}], range: -5..1.5}
errors:
  Busy:
    status: 400
    fault: server
    code: com.example#Busy
    retryable: {throttling: true, reason: "Seen, not told."}
    documentation: Try later.
    members: {Message: string}
  Down: {status: 503, retryable: true}
"""


WIDE = """\
heliograph: 1
service: Wide Things
version: "1"
protocol: [rest-xml, query]
signing: wide
auth: [bearer, none]
target-prefix: Wide_1
query-compatible: true
http2: event-stream
endpoint:
  rules: {version: "1.0", parameters: {Region: {type: string}}, rules: [{type: error, error: "no", conditions: []}]}
client-params: {Fast: boolean, Arns: {type: string-array, documentation: Which.}}
deprecated: {message: Use others., since: "2020"}
common-errors: [Gone]
operations:
  Put:
    http: PUT /{Bucket}
    unsigned-payload: true
    deprecated: true
    input-element: PutIt
    input-namespace: {uri: "https://example.test/", prefix: xs}
    result-wrapper: PutResult
    static-params: {Fast: false, Kind: "", Arns: [a, b]}
    input-params: {Key: "keys(Things)"}
    endpoint-discovery: required
    endpoint-operation: true
    checksum: {required: true, algorithm-member: Algorithm, validation-member: Algorithm, response-algorithms: CRC32}
    compression: [gzip, br]
    paginator:
      input-tokens: [Next, After]
      output-tokens: [Next, "Things[-1].Id"]
      limit: Max
      results: Things
      more: More
      constant: [Name]
    input:
      Bucket: {type: string, required: true, label: true, context-param: Bucket}
      Algorithm: {type: string, header: x-alg}
      Next: string
      After: {type: string, query-name: After_, wire-name: after}
      Max: integer
      dc.title: {type: string, json-value: true}
      $id: {type: string, xml-attribute: true, xml-namespace: "urn:x"}
      All: {type: Pairs, prefix-headers: true}
      Side: {type: Things, flattened: true}
    output: PutAnswer
  Stream:
    http: POST /stream
    checksum: {}
    endpoint-discovery: optional
    input: {Body: {type: blob, payload: true, streaming: true, requires-length: true}}
    output: {Events: {type: Events, payload: true}}
waiters:
  PutDone:
    operation: Put
    delay: 5
    max-attempts: 20
    documentation: Until it is done.
    deprecated: {since: "2021"}
    acceptors:
      - {outcome: success, path: Name, expected: done}
      - {outcome: failure, path-all: "Things[].Bad", expected: true}
      - {outcome: retry, path-any: "Things[].Left", expected: 3}
      - {outcome: retry, status: 404}
      - {outcome: failure, error: true}
      - {outcome: success, error: Gone}
shapes:
  PutAnswer: {structure: {Name: string, Things: Things, Next: string, More: boolean}, deprecated: true}
  Things: {list: {type: string, name: item, namespace: "urn:y", json-value: true}}
  Pairs: {map: {key: {type: string, name: K}, value: {type: string, name: V, namespace: {uri: "urn:z", prefix: z}}}}
  Days: {list: {type: timestamp, timestamp-format: http-date}}
  Events: {union: {One: Event, Bad: Gone}, event-stream: true}
  Event: {structure: {Kind: {type: string, event: header}, Data: {type: blob, event: payload}, Old: Old}}
  Old: {structure: {Event: {type: string, deprecated: {message: Use Events.}}, Events: {type: Days, wire-name: Event}}}
errors:
  Gone: {status: 410, sensitive: true, deprecated: true, members: {message: string}}
"""


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "model.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def problem_of(path: Path, limits: Limits = DEFAULT_LIMITS) -> str:
    """The error of a file, with ``FILE`` for its path."""
    with pytest.raises(GenerationError) as caught:
        load(path, limits=limits)
    text = str(caught.value)
    assert "\n" not in text
    return text.replace(path.as_posix(), "FILE")


def outcome(source: Path | dict[str, Any]) -> str:
    """``a model``, or the one error that may come instead."""
    try:
        load(source)
    except GenerationError as error:
        return str(error)
    return "a model"


# --- What the dialect says ---


def test_a_small_service_is_read(tmp_path: Path) -> None:
    model = load(write(tmp_path, SMALL))
    assert model.service == ir.Service(
        id="Tiny Things",
        version="2020-01-01",
        protocols=(ir.Protocol.REST_JSON,),
        signing_name="tiny",
        endpoint=ir.StandardEndpoint("tiny"),
    )
    assert model.operations == {
        "GetThing": ir.Operation(
            name="GetThing",
            method="GET",
            path=ir.Path(("/things/", ir.Label("Id"))),
            input="GetThingRequest",
            output="GetThingResponse",
            errors=("NoSuchThing",),
        )
    }
    assert model.shapes == {
        "GetThingRequest": ir.StructureShape(
            name="GetThingRequest",
            members={
                "Id": ir.Member(
                    name="Id",
                    target="string",
                    wire_name="Id",
                    required=True,
                    binding=ir.Binding(ir.Location.LABEL, "Id"),
                )
            },
        ),
        "GetThingResponse": ir.StructureShape(
            name="GetThingResponse", members={"Name": ir.Member(name="Name", target="Name", wire_name="Name")}
        ),
        "Name": ir.SimpleShape(
            name="Name", kind=ir.Kind.STRING, constraints=ir.Constraints(length=ir.Bounds(1, 64))
        ),
        "NoSuchThing": ir.StructureShape(
            name="NoSuchThing",
            members={"message": ir.Member(name="message", target="string", wire_name="message")},
            error=ir.ErrorTrait(code="NoSuchThing", status=404, fault=ir.Fault.CLIENT),
        ),
    }


def test_nodes_know_their_lines(tmp_path: Path) -> None:
    path = write(tmp_path, SMALL)
    model = load(path)
    member = model.structure("GetThingRequest").members["Id"]
    assert member.origin == ir.Origin(path.as_posix(), 10, "/operations/GetThing/input/Id")
    assert model.operations["GetThing"].origin.line == 7
    assert model.shapes["NoSuchThing"].origin.line == 17


def test_every_key_is_read(tmp_path: Path) -> None:
    model = load(write(tmp_path, RICH))
    put = model.operations["PutThing"]
    assert model.service.auth == (ir.Auth.SIGV4, ir.Auth.BEARER)
    assert model.service.protocol is ir.Protocol.JSON
    assert model.service.endpoint is None
    assert model.service.documentation.startswith("First paragraph,\nwrapped.\n\nSecond")
    assert (put.status, put.idempotent, put.readonly, put.auth) == (201, True, True, (ir.Auth.NONE,))
    assert put.read_timeout == ir.ReadTimeout(90, "It is slow.")
    assert put.path.query == (("mode", "fast"), ("flag", None))
    assert put.examples[0].output == {"Code": 200, "Things": [{"Name": "no"}, {}], "Empty": ""}
    assert put.examples[1].error == ir.ExampleError("Busy", {"Message": "later"})
    assert put.output == "Answer"
    assert model.operations["Stop"].input == "StopRequest"
    assert model.operations["Stop"].path == ir.Path()
    busy = model.structure("Busy").error
    assert busy == ir.ErrorTrait(
        code="com.example#Busy",
        status=400,
        fault=ir.Fault.SERVER,
        retryable=ir.Retryable(throttling=True, reason="Seen, not told."),
    )
    assert model.structure("Down").error == ir.ErrorTrait(
        code="Down", status=503, fault=ir.Fault.SERVER, retryable=ir.Retryable()
    )
    thing = model.structure("Thing")
    assert thing.sensitive == ir.Sensitive()
    assert thing.members["Secret"].sensitive == ir.Sensitive("It opens: all")
    assert thing.members["Name"].wire_name == "its name"
    assert thing.members["Name"].documentation == "yes"
    answer = model.structure("Answer")
    assert answer.members["Flag"].default is False
    assert answer.members["Code"].binding == ir.Binding(ir.Location.STATUS)
    size = model.shape("Size")
    assert isinstance(size, ir.EnumShape)
    assert size.kind is ir.Kind.INT_ENUM
    assert [value.value for value in size.values] == [1, -2]
    assert size.constraints.range == ir.Bounds(-5, 1.5)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-7", -7),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("-0.0", -0.0),
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("True", "True"),
        ("NULL", "NULL"),
        ("12:30:45", "12:30:45"),
        ("010", "010"),
        ("0x10", "0x10"),
        ("0o7", "0o7"),
        ("1_000", "1_000"),
        ("+1", "+1"),
        (".5", ".5"),
        ("1.", "1."),
        (".nan", ".nan"),
        (".inf", ".inf"),
        ("2020-01-01", "2020-01-01"),
        ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
        ("=", "="),
        ("'12'", "12"),
        ('"true"', "true"),
        ("|\n  text\n", "text\n"),
        ("\N{ARABIC-INDIC DIGIT ONE}", "\N{ARABIC-INDIC DIGIT ONE}"),
    ],
)
def test_scalars_are_those_of_json_and_otherwise_text(written: str, value: object) -> None:
    node = parse(f"key: {written}", "x.yaml", DEFAULT_LIMITS)
    found = plain(node)
    assert found == {"key": value}
    assert isinstance(found, dict)
    assert type(found["key"]) is type(value)


def test_keys_are_always_text() -> None:
    node = parse("no: 1\n1: 2\ntrue: 3\nnull: 4", "x.yaml", DEFAULT_LIMITS)
    assert isinstance(node, Fields)
    assert list(node.entries) == ["no", "1", "true", "null"]


@pytest.mark.parametrize("text", [SMALL, RICH, WIDE], ids=["small", "rich", "wide"])
def test_a_parsed_document_gives_the_same_model(tmp_path: Path, text: str) -> None:
    document = plain(parse(text, "x.yaml", DEFAULT_LIMITS))
    assert isinstance(document, dict)
    kept = copy.deepcopy(document)
    model = load(document)
    assert model == load(write(tmp_path, text))
    assert ir.digest(model) == ir.digest(load(write(tmp_path, text)))
    assert document == kept
    assert str(next(iter(model.operations.values())).origin).startswith("model:/operations/")


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(value)}
    return [_reversed(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("text", [SMALL, RICH, WIDE], ids=["small", "rich", "wide"])
def test_the_order_of_keys_says_nothing(text: str) -> None:
    document = plain(parse(text, "x.yaml", DEFAULT_LIMITS))
    assert isinstance(document, dict)
    one, other = load(document), load(_reversed(document))
    assert one == other
    assert list(one.shapes) == list(other.shapes)
    assert dump(one) == dump(other)
    assert ir.digest(one) == ir.digest(other)


def test_json_is_yaml(tmp_path: Path) -> None:
    text = '{"heliograph": 1, "service": "T", "version": "1", "protocol": "rest-json", "signing": "t"}'
    assert load(write(tmp_path, text)).service.id == "T"


def test_a_path_may_be_text_and_bytes_may_begin_with_a_mark(tmp_path: Path) -> None:
    path = write(tmp_path, b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert load(str(path)) == load(write(tmp_path, SMALL))


# --- dump ---


@pytest.mark.parametrize("text", [SMALL, RICH, WIDE], ids=["small", "rich", "wide"])
def test_dump_is_the_inverse_of_load(tmp_path: Path, text: str) -> None:
    model = load(write(tmp_path, text))
    dumped = dump(model)
    again = load(write(tmp_path, dumped))
    assert again == model
    assert dump(again) == dumped
    assert load(to_document(model)) == model
    assert all(line == line.rstrip() for line in dumped.splitlines())


@pytest.mark.parametrize("text", [RICH, WIDE], ids=["rich", "wide"])
def test_dumped_yaml_means_the_same_to_other_readers(tmp_path: Path, text: str) -> None:
    model = load(write(tmp_path, text))
    assert yaml.safe_load(dump(model)) == to_document(model)


def test_dump_writes_short_forms(tmp_path: Path) -> None:
    text = dump(load(write(tmp_path, SMALL)))
    assert "    output: {Name: Name}\n" in text
    assert "      Id: {type: string, required: true, label: true}\n" in text
    assert "  Name: {type: string, length: 1..64}\n" in text


def test_dump_names_inline_structures_that_are_used_twice(tmp_path: Path) -> None:
    text = SMALL.replace("      Name: Name\n", "      Name: Name\n      Twin: GetThingResponse\n")
    model = load(write(tmp_path, text))
    dumped = dump(model)
    assert "output: GetThingResponse" in dumped
    assert load(write(tmp_path, dumped)) == model


TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff\ufffe\uffff"), max_size=300
)
LINES = st.lists(st.text("ab #:-'\"|>\t\\", max_size=120), max_size=6).map("\n".join)


def _is_text(text: str) -> bool:
    allowed = "\t\n\r\x85"
    return bool(text.strip()) and all(
        each in allowed or not (ord(each) < 32 or 127 <= ord(each) < 160) for each in text
    )


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.one_of(TEXTS, LINES).filter(_is_text))
def test_any_text_survives_dump_and_load(tmp_path: Path, text: str) -> None:
    document = plain(parse(SMALL, "x.yaml", DEFAULT_LIMITS))
    assert isinstance(document, dict)
    document |= {"documentation": text, "per-resource": text}
    document["shapes"] = {"Name": {"enum": [text], "pattern": text}}
    model = load(document)
    assert load(write(tmp_path, dump(model))) == model


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    where=st.integers(0, len(RICH)),
    piece=st.text("{}[]:,&*!|>'\"%@`#-?~ \n\t\x00\x85é<", max_size=6),
    cut=st.integers(0, 9),
)
def test_a_damaged_file_is_a_model_or_one_located_line(
    tmp_path: Path, where: int, piece: str, cut: int
) -> None:
    path = write(tmp_path, RICH[:where] + piece + RICH[where + cut :])
    assert outcome(path).startswith(("a model", f"{path.as_posix()}:"))


KEYS = st.sampled_from(
    sorted(yaml_model.MODEL_KEYS | set(yaml_model.SHAPE_KEYS) | {"http", "input", "A", "B"})
)


@settings(max_examples=200, deadline=None)
@given(
    document=st.dictionaries(
        KEYS,
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.binary()),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
            max_leaves=30,
        ),
    )
)
def test_any_parsed_document_is_a_model_or_one_located_line(document: dict[str, Any]) -> None:
    assert outcome(document).startswith(("a model", "model:/"))


# --- What YAML is refused ---


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "FILE:1: the file is empty; a model begins with 'heliograph: 1'"),
        ("# nothing\n", "FILE:1: the file is empty; a model begins with 'heliograph: 1'"),
        ("a: 1\nb: &x 2\n", "FILE:2: a model has no place for the anchor '&x'; remove it"),
        ("a: *x\n", "FILE:1: a model has no place for the alias '*x'; write its content out"),
        ("a: !!str 1\n", "FILE:1: a model has no place for the tag 'tag:yaml.org,2002:str'; remove it"),
        ("a: ! 1\n", "FILE:1: a model has no place for the tag '!'; remove it"),
        ("a: !!python/object:os.system {}\n", "FILE:1: a model has no place for the tag"),
        ("a: 1\n<<: {b: 2}\n", "FILE:2: a model has no place for the merge key '<<'; write its content out"),
        ("a: 1\n---\nb: 1\n", "FILE:2: a model has no place for a second document ('---'); a file holds one"),
        ("? [a]\n: 1\n", "FILE:1: a model has no place for a key that is a list or mapping; a key is a name"),
        ("a: 1\nb: 2\na: 3\n", "FILE:3: the key 'a' stands there twice, first in line 1; remove one"),
        ("a:\n  b: 1\n  'b': 2\n", "FILE:3: the key 'b' stands there twice, first in line 2; remove one"),
        ("a: [1\nb: 2\n", "FILE:2: not valid YAML: while parsing a flow sequence"),
        ("a: 'x\n", "FILE:2: not valid YAML: while scanning a quoted scalar"),
        ("a: b: c\n", "FILE:1: not valid YAML: mapping values are not allowed"),
        ("a: 1\n\tb: 2\n", "FILE:2: not valid YAML"),
        ("a: 1\nb: x\x00y\n", "FILE:2: the character U+0000 cannot stand in a model; remove it"),
        ('a: 1\nb: "x\\x1by"\n', "FILE:2: the character U+001B cannot stand in a model; remove it"),
        ('a: "\\uFEFF"\n', "FILE:1: the character U+FEFF cannot stand in a model; remove it"),
        ("a: 1e999\n", "FILE:1: the number is too large; write it in quotes if it is text"),
        (f"a: {'9' * 5000}\n", "FILE:1: the number is too long; write it in quotes if it is text"),
        (b"a: 1\nb: \xff\n", "FILE:2: the file is not UTF-8; save it as UTF-8"),
        (b"\xff\xfea\x00", "FILE:1: the file is UTF-16; save it as UTF-8"),
        ("- a\n", "FILE:1: the model is a list; write a mapping (key: value)"),
        ("text\n", "FILE:1: the model is the text 'text'; write a mapping (key: value)"),
    ],
)
def test_yaml_outside_of_the_subset_is_refused_in_its_line(
    tmp_path: Path, text: str | bytes, problem: str
) -> None:
    assert problem_of(write(tmp_path, text)).startswith(problem)


def test_a_missing_file_is_one_error(tmp_path: Path) -> None:
    assert problem_of(tmp_path / "none.yaml").startswith("FILE: cannot be read: No such file or directory")
    assert problem_of(tmp_path).startswith("FILE: cannot be read: Is a directory")


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("ab: cd\n", Limits(file_bytes=6)),
        ("a: [1, 2, 3]\n", Limits(nodes=5)),
        ("a: [[[1]]]\n", Limits(depth=3)),
        ("a: long text\n", Limits(text_length=8)),
        ("a: {longname: 1}\n", Limits(name_length=7)),
    ],
    ids=["file_bytes", "nodes", "depth", "text_length", "name_length"],
)
def test_a_document_over_a_cap_is_refused(tmp_path: Path, text: str, limit: Limits) -> None:
    (name,) = [each for each in Limits.__slots__ if getattr(limit, each) != getattr(DEFAULT_LIMITS, each)]
    cap = getattr(limit, name)
    path = write(tmp_path, text)
    assert f"the limit {name} allows {cap}" in problem_of(path, limit)
    roomier = Limits(**{name: cap + 1})
    assert "the limit" not in problem_of(path, roomier)
    if name != "file_bytes":
        document = yaml.safe_load(text)
        with pytest.raises(GenerationError, match=f"the limit {name} allows {cap}"):
            load(document, limits=limit)
        with pytest.raises(GenerationError) as caught:
            load(document, limits=roomier)
        assert "the limit" not in str(caught.value)


@pytest.mark.parametrize("text", ["[" * 100_000, "a: " + "{b: " * 50_000, "- " * 50_000], ids=["[", "{", "-"])
def test_deep_nesting_is_refused_without_recursion(tmp_path: Path, text: str) -> None:
    assert "the limit depth allows 100" in problem_of(write(tmp_path, text))


def test_aliases_that_multiply_are_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    assert "FILE:1: a model has no place for the anchor '&a0'" in problem_of(
        write(tmp_path, "\n".join(lines))
    )


def test_a_document_that_holds_itself_is_refused() -> None:
    document: dict[str, Any] = {}
    document["a"] = document
    with pytest.raises(GenerationError, match="the limit depth allows 100"):
        load(document)


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"a": {1: 2}}, "model:/a: a key of the type int; a key is text"),
        ({"a": [b"x"]}, "model:/a/0: a value of the type bytes; a model is plain JSON"),
        ({"a/b~": float("nan")}, "model:/a~1b~0: a number that is not finite; JSON has none"),
        ({"a": "\ud800"}, "model:/a: the character U+D800 cannot stand in a model; remove it"),
        ({"a": 10**4000}, "model:/a: the number is too long; write it as text"),
    ],
)
def test_parsed_documents_pass_the_same_checks(document: dict[str, Any], problem: str) -> None:
    with pytest.raises(GenerationError) as caught:
        load(document)
    assert str(caught.value) == problem


# --- What the dialect refuses ---

ID = "      Id: {type: string, required: true, label: true}\n"
NAME = "  Name: {type: string, length: 1..64}\n"
ERROR = "  NoSuchThing: {status: 404, members: {message: string}}\n"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("heliograph: 1\n", "", "1: the model lacks 'heliograph'; add it"),
        (
            "heliograph: 1",
            "heliograph: 2",
            "1: 'heliograph' of the model is the number 2; this generator reads 1",
        ),
        (
            "heliograph: 1",
            "heliograph: '1'",
            "1: 'heliograph' of the model is the text '1'; write a whole number",
        ),
        ("service:", "servise:", "2: the model has no key 'servise'; did you mean 'service'?"),
        (
            "service: Tiny Things",
            "service: Tiny  Things",
            "2: 'Tiny  Things' is no 'service' of the model; write wor",
        ),
        (
            "service: Tiny Things",
            "service: true",
            "2: 'service' of the model is true; put it in quotes to make it a",
        ),
        ("service: Tiny Things", "service:", "2: 'service' of the model is nothing; write a text"),
        (
            "service: Tiny Things",
            "service: ' '",
            "2: 'service' of the model is empty; write it or leave the key out",
        ),
        (
            '"2020-01-01"',
            "1.0",
            "3: 'version' of the model is the number 1.0; put it in quotes to make it a text",
        ),
        (
            "rest-json",
            "rest-jason",
            "4: 'protocol' of the model cannot be 'rest-jason'; did you mean 'rest-json'?",
        ),
        ("rest-json", "[]", "4: 'protocol' of the model is a list; write a text"),
        ("{prefix: tiny}", "{}", "5: 'endpoint' lacks 'prefix'; add it"),
        (
            "{prefix: tiny}",
            "{prefix: tiny/x}",
            "5: 'tiny/x' is no 'prefix' of 'endpoint'; write lower-case host",
        ),
        ("endpoint: {prefix: tiny}\n", "", "1: the model lacks 'signing'; add the signing name"),
        (
            "endpoint:",
            "auth: [none, sigv4]\nendpoint:",
            "5: 'auth' of the model is a list; name each scheme once",
        ),
        (
            "endpoint:",
            "reference: http://x\nendpoint:",
            "5: 'http://x' is no 'reference' of the model; write an http",
        ),
        (
            "endpoint:",
            "reference: https://x/<\nendpoint:",
            "5: 'https://x/<' is no 'reference' of the model; write",
        ),
        (
            "  GetThing:",
            "  Get-Thing:",
            "7: 'Get-Thing' is no operation name; use ASCII letters, digits and _",
        ),
        (
            "  GetThing:",
            "  1Get:",
            "7: '1Get' is no operation name; use ASCII letters, digits and _, no digit",
        ),
        (
            "    http: GET /things/{Id}\n",
            "",
            "7: operation GetThing lacks 'http'; add a line like POST /v1/things",
        ),
        (
            "GET /things/{Id}",
            "/things/{Id}",
            "8: '/things/{Id}' is no 'http' of operation GetThing; write a method",
        ),
        ("GET /things", "GOT /things", "8: 'GOT' is no HTTP method; did you mean 'GET'?"),
        ("GET /things", "GET //things", "8: '//things/{Id}' is no path: a path has no empty segment"),
        (
            "    errors: [",
            "    status: 404\n    errors: [",
            "13: 'status' of operation GetThing is the number 404; wr",
        ),
        (
            "    errors: [",
            "    error: [",
            "13: operation GetThing has no key 'error'; did you mean 'errors'?",
        ),
        (
            "errors: [NoSuchThing]",
            "errors: NoSuchThing",
            "13: 'errors' of operation GetThing is the text 'NoSuchTh",
        ),
        (
            "    errors: [",
            "    read-timeout: {}\n    errors: [",
            "13: 'read-timeout' lacks 'seconds'; add it",
        ),
        (
            "    errors: [",
            "    host-prefix: A/\n    errors: [",
            "13: 'A/' is no host prefix: the character 'A' may no",
        ),
        (
            "    errors: [",
            "    input: 7\n    errors: [",
            "13: the key 'input' stands there twice, first in line 9",
        ),
        (
            "    errors: [",
            "    examples: [{output: {}}]\n    errors: [",
            "13: an example of operation GetThing lacks 't",
        ),
        (
            "    errors: [",
            "    examples: [{title: x}]\n    errors: [",
            "13: an example of operation GetThing ends with",
        ),
        (ID, "      Id: {required: true}\n", "10: member Id lacks 'type'; add it"),
        (
            ID,
            "      Id: {type: string, requird: true}\n",
            "10: member Id has no key 'requird'; did you mean 'require",
        ),
        (
            ID,
            "      Id: {type: string, required: yes}\n",
            "10: 'required' of member Id is the text 'yes'; write true",
        ),
        (
            ID,
            "      Id: {type: string, label: true, query: q}\n",
            "10: member Id has 'query' and 'label'; a member h",
        ),
        (
            ID,
            "      Id: {type: string, label: false}\n",
            "10: 'label' of member Id is false; write true or the label",
        ),
        (
            ID,
            "      Id: {type: string, payload: false}\n",
            "10: 'payload' of member Id is false; write true or leav",
        ),
        (
            ID,
            '      Id: {type: string, header: "X Y"}\n',
            "10: 'X Y' is no 'header' of member Id; write the name of",
        ),
        (
            ID,
            '      Id: {type: string, header: "X\\r\\nY: z"}\n',
            "10: 'X  Y: z' is no 'header' of member Id; write th",
        ),
        (
            ID,
            "      Id: {type: string, query: a&b}\n",
            "10: 'a&b' is no 'query' of member Id; write a query key",
        ),
        (
            ID,
            "      Id: {type: string, wire-name: é}\n",
            "10: 'é' is no 'wire-name' of member Id; write printable",
        ),
        (ID, "      Id: [string]\n", "10: the type of member Id is a list; write a text"),
        (
            ID,
            "      Id: {type: string, timestamp-format: iso}\n",
            "10: 'timestamp-format' of member Id cannot be 'iso",
        ),
        (ID, "      Id: {type: string, sensitive: {}}\n", "10: 'sensitive' lacks 'reason'; add it"),
        (
            NAME,
            "  Name: {type: strng}\n",
            "15: 'type' of shape Name cannot be 'strng'; did you mean 'string'?",
        ),
        (
            NAME,
            "  Name: {length: 1}\n",
            "15: shape Name is written with exactly one of these keys: type, enum, int",
        ),
        (
            NAME,
            "  Name: {type: string, list: string}\n",
            "15: shape Name is written with exactly one of these keys",
        ),
        (NAME, "  Name: string\n", "15: shape Name is the text 'string'; write a mapping (key: value)"),
        (NAME, "  Name: {enum: [A], sparse: true}\n", "15: shape Name has no key 'sparse'"),
        (NAME, "  Name: {enum: []}\n", "15: 'enum' of shape Name is a list; list at least one value"),
        (NAME, "  Name: {enum: [1]}\n", "15: a value of shape Name is the number 1; write text"),
        (NAME, "  Name: {enum: [A, B, A]}\n", "15: the value 'A' of shape Name stands there twice"),
        (
            NAME,
            "  Name: {int-enum: [A]}\n",
            "15: a value of shape Name is the text 'A'; write a whole number",
        ),
        (NAME, "  Name: {map: string}\n", "15: 'map' of shape Name is the text 'string'; write a mapping"),
        (NAME, "  Name: {map: {key: string}}\n", "15: 'map' of shape Name lacks 'value'; add it"),
        (
            NAME,
            "  string: {type: string}\n",
            "15: 'string' is a builtin type; begin a shape's name with a capital",
        ),
        (
            NAME,
            NAME + "  GetThingRequest: {type: string}\n",
            "9: the shape 'GetThingRequest' is there already, at FIL",
        ),
        ("1..64", "1-64", "15: 'length' of shape Name is the text '1-64'; write 1..64, 1.., ..64 or 64"),
        ("1..64", "..", "15: 'length' of shape Name is the text '..'; write 1..64, 1.., ..64 or 64"),
        ("1..64", "64..1", "15: 'length' of shape Name is the text '64..1'; the smaller number stands first"),
        ("1..64", "-1..4", "15: 'length' of shape Name is the text '-1..4'; write whole numbers from 0"),
        ("1..64", "1..1.5", "15: 'length' of shape Name is the text '1..1.5'; write whole numbers from 0"),
        ("1..64", "true", "15: 'length' of shape Name is true; write 1..64, 1.., ..64 or 64"),
        ("1..64", "1..nan", "15: 'length' of shape Name is the text '1..nan'; write 1..64"),
        (
            ERROR,
            "  NoSuchThing: {status: 200}\n",
            "17: 'status' of error NoSuchThing is the number 200; write a w",
        ),
        (
            ERROR,
            "  NoSuchThing: {status: 404.5}\n",
            "17: 'status' of error NoSuchThing is the number 404.5; write",
        ),
        (
            ERROR,
            "  NoSuchThing: {fault: mine}\n",
            "17: 'fault' of error NoSuchThing cannot be 'mine'; known are: c",
        ),
        (
            ERROR,
            "  NoSuchThing: {retryable: maybe}\n",
            "17: 'retryable' of error NoSuchThing is the text 'maybe'",
        ),
        (ERROR, "  Name: {status: 404}\n", "17: the shape 'Name' is there already, at FILE:15; rename one"),
        (NAME, NAME + "  Spare: {type: string}\n", "16: nothing uses the shape Spare; use it or remove it"),
        (ERROR, ERROR + "  Spare: {status: 400}\n", "18: nothing uses the shape Spare; use it or remove it"),
    ],
)
def test_a_mistake_is_named_in_its_line_with_the_mend(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    assert SMALL.count(old) == 1
    assert problem_of(write(tmp_path, SMALL.replace(old, new))).startswith(f"FILE:{problem}")


def test_a_long_name_is_refused_and_cut_in_the_error(tmp_path: Path) -> None:
    text = SMALL.replace("service:", "x" * 200 + ": 1\nservice:")
    problem = problem_of(write(tmp_path, text))
    assert problem == f"FILE:2: the model has no key '{'x' * 80}...'"


# --- The reference ---


def _reference() -> str:
    return (Path(__file__).resolve().parents[2] / "docs" / "model.md").read_text(encoding="utf-8")


def test_the_example_of_the_reference_is_a_model(tmp_path: Path) -> None:
    text = _reference().split("```yaml\n")[1].split("```")[0]
    passes.supported(load(write(tmp_path, text)))


def test_the_reference_names_every_key() -> None:
    tables = " ".join(line for line in _reference().splitlines() if line.startswith("|"))
    keys = yaml_model.MODEL_KEYS | yaml_model.OPERATION_KEYS | yaml_model.MEMBER_KEYS | yaml_model.ERROR_KEYS
    keys |= set(yaml_model.SHAPE_KEYS).union(*yaml_model.SHAPE_KEYS.values())
    missing = {key for key in keys - {"members"} if f"`{key}`" not in tables and f"`{key}:" not in tables}
    assert missing == set()
