# SPDX-License-Identifier: Apache-2.0
"""Models that contradict themselves, or ask for what the generator cannot make."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from heliograph_codegen import features, ir, passes
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.features import Feature
from heliograph_codegen.frontends import load
from heliograph_codegen.limits import Limits

DO = "model:/operations/Do: "


def document(operation: str, rest: str = "{}") -> dict[str, Any]:
    """A model of one operation ``Do``, from YAML with the operation's keys and YAML with the model's."""
    head = {"heliograph": 1, "service": "Tiny", "version": "1", "protocol": "rest-json", "signing": "tiny"}
    entries: dict[str, Any] = {"http": "POST /do"} | yaml.safe_load(operation)
    further: dict[str, Any] = yaml.safe_load(rest)
    return head | {"operations": {"Do": entries}} | further


def problem_of(operation: str, rest: str = "{}") -> str:
    with pytest.raises(GenerationError) as caught:
        load(document(operation, rest))
    return str(caught.value)


def shapes(text: str) -> str:
    return f"{{shapes: {{{text}}}}}"


@pytest.mark.parametrize(
    ("operation", "rest", "problem"),
    [
        (
            "{input: {A: Strng}}",
            "{}",
            "model:/operations/Do/input/A: member A of DoRequest is of the type 'Strng', which is "
            "not there; did you "
            "mean 'string'?",
        ),
        (
            "{input: {A: Thng}}",
            shapes("Thing: {type: string}"),
            "model:/operations/Do/input/A: member A of DoRequest is of the type 'Thng', which is not "
            "there; did you "
            "mean 'Thing'?",
        ),
        (
            "{input: {A: L}}",
            shapes("L: {list: Zzz}"),
            "model:/shapes/L: the element of list L is of the type 'Zzz', which is not there; known "
            "are: DoRequest",
        ),
        (
            "{input: {A: M}}",
            shapes("M: {map: {key: Kind, value: string}}"),
            "model:/shapes/M: the key of map M is of the type 'Kind', which is not there",
        ),
        (
            "{input: {A: M}}",
            shapes("M: {map: {key: string, value: Kind}}"),
            "model:/shapes/M: the value of map M is of the type 'Kind', which is not there",
        ),
        (
            "{input: {A: M}}",
            shapes("M: {map: {key: integer, value: string}}"),
            "model:/shapes/M: the keys of map M are no strings; use a string or enum",
        ),
        (
            "{input: Inptu}",
            shapes("Input: {structure: {}}"),
            DO + "the input 'Inptu' of operation Do is no structure of this model; did you mean 'Input'?",
        ),
        (
            "{output: Out}",
            shapes("Out: {union: {A: string}}"),
            DO + "the output 'Out' of operation Do is no structure of this model",
        ),
        ("{output: string}", "{}", DO + "the output 'string' of operation Do is no structure of this model"),
        (
            "{errors: [NotFund]}",
            "{errors: {NotFound: {status: 404}}}",
            DO + "the error 'NotFund' of operation Do is no error of this model; did you mean 'NotFound'?",
        ),
        (
            "{errors: [Thing]}",
            shapes("Thing: {structure: {}}"),
            DO + "the error 'Thing' of operation Do is no error of this model",
        ),
        (
            "{errors: [Gone, Gone]}",
            "{errors: {Gone: {status: 410}}}",
            DO + "operation Do lists the error Gone twice; remove one",
        ),
    ],
)
def test_references_lead_somewhere(operation: str, rest: str, problem: str) -> None:
    assert problem_of(operation, rest).startswith(problem)


@pytest.mark.parametrize(
    ("member", "rest", "problem"),
    [
        (
            "{type: integer, length: 1..2}",
            "{}",
            "'length' is for strings, blobs, lists and maps; member A of DoReq",
        ),
        (
            "{type: string, range: 1..2}",
            "{}",
            "'range' is for numbers; member A of DoRequest is of the kind string",
        ),
        (
            "{type: blob, pattern: x}",
            "{}",
            "'pattern' is for strings; member A of DoRequest is of the kind blob",
        ),
        (
            "{type: S}",
            shapes("S: {type: boolean, length: 1}"),
            "'length' is for strings, blobs, lists and maps; sha",
        ),
        (
            "{type: S}",
            shapes("S: {type: string, timestamp-format: http-date}"),
            "'timestamp-format' is for timesta",
        ),
        (
            "{type: string, timestamp-format: http-date}",
            "{}",
            "'timestamp-format' is for timestamps; member A of DoR",
        ),
        (
            "{type: integer, idempotency-token: true}",
            "{}",
            "'idempotency-token' is for strings; member A of DoReq",
        ),
        (
            "{type: integer, default: a}",
            "{}",
            "the default of member A of DoRequest does not fit: it should be of the kind int",
        ),
        (
            "{type: boolean, default: 0}",
            "{}",
            "the default of member A of DoRequest does not fit: it should be of the kind boo",
        ),
        ("{type: U}", shapes("U: {union: {}}"), "union U has no members; add one"),
        (
            "{type: U}",
            shapes("U: {union: {B: {type: string, required: true}}}"),
            "member B of U is of a union; it is",
        ),
        (
            "{type: U}",
            shapes("U: {union: {B: {type: string, header: X}}}"),
            "member B of U is of a union; it is",
        ),
        (
            "{type: string, flattened: true}",
            "{}",
            "'flattened' is for lists and maps; member A of DoRequest is of the kind string",
        ),
        (
            "{type: L, xml-attribute: true}",
            shapes("L: {list: string}"),
            "'xml-attribute' is for simple values; member A of DoRequest is of the kind list",
        ),
        ("{type: long, json-value: true}", "{}", "'json-value' is for strings; member A of DoRequest is"),
        (
            "{type: blob, payload: true, requires-length: true}",
            "{}",
            "'requires-length' is for streaming bodies; member A of DoRequest is none",
        ),
        ("{type: string, event: header}", "{}", "member A of DoRequest has 'event', but is of no event"),
        (
            "{type: string, streaming: true}",
            "{}",
            "'streaming' member A is not the body; add 'payload: true'",
        ),
    ],
)
def test_what_stands_at_a_member_fits_its_kind(member: str, rest: str, problem: str) -> None:
    found = problem_of(f"{{input: {{A: {member}}}}}", rest)
    assert problem in found
    assert found.split(": ")[0] in {
        "model:/operations/Do/input/A",
        *(f"model:/shapes/{x}" for x in ("S", "U", "U/union/B")),
    }


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ("A: {type: string, wire-name: x}, B: {type: string, wire-name: x}", "one place, body x"),
        ("A: {type: string, header: X-Y}, B: {type: string, header: x-y}", "one place, header x-y"),
        ("A: {type: string, query: q}, B: {type: string, query: q}", "one place, query q"),
        ("A: {type: blob, payload: true}, B: {type: blob, payload: true}", "one place, payload;"),
    ],
)
def test_two_members_of_one_place_are_refused(members: str, problem: str) -> None:
    found = problem_of(f"{{input: {{{members}}}}}")
    assert found.startswith("model:/operations/Do/input/B: the members A and B of DoRequest have ")
    assert problem in found


@pytest.mark.parametrize(
    "members",
    [
        "A: string, a: string",
        "A: {type: string, query: q}, B: {type: string, query: Q}",
        "A: {type: string, query: q}, B: {type: string, header: q}, q: string",
    ],
)
def test_members_that_only_look_alike_are_kept(members: str) -> None:
    load(document(f"{{input: {{{members}}}}}"))


# --- Recursion ---


@pytest.mark.parametrize(
    "text",
    [
        "T: {structure: {Next: T}}",
        "T: {structure: {All: {type: Ts, required: true}}}, Ts: {list: T}",
        "T: {structure: {All: {type: Tm, required: true}}}, Tm: {map: {key: string, value: T}}",
        "T: {structure: {U: {type: U, required: true}}}, U: {union: {More: T, Stop: boolean}}",
        "T: {structure: {A: {type: A, required: true}}}, A: {structure: {T: T}}",
        "T: {list: L}, L: {list: S}, S: {structure: {T: {type: T, required: true}}}",
    ],
    ids=["optional", "list", "map", "union", "two", "lists"],
)
def test_recursion_that_ends_is_kept(text: str) -> None:
    assert "T" in load(document("{input: {T: T}}", shapes(text))).closure()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "T: {structure: {Next: {type: T, required: true}}}",
            "shapes/T: the required members T.Next never end; make",
        ),
        (
            "T: {structure: {A: {type: A, required: true}}}, A: {structure: {T: {type: T, required: true}}}",
            "shapes/A: the required members A.T -> T.A never end; make one of them optional",
        ),
        (
            "T: {structure: {A: {type: Z, required: true}}}, Z: {structure: {Z: {type: Z, required: true}}}",
            "shapes/Z: the required members Z.Z never end; make one of them optional",
        ),
        (
            "T: {union: {A: T, B: T}}",
            "shapes/T: the required members T.A never end; make one of them optional",
        ),
        ("T: {list: T}", "shapes/T: list T holds only itself; put a structure between"),
        ("T: {map: {key: string, value: T}}", "shapes/T: map T holds only itself; put a structure between"),
        (
            "T: {list: A}, A: {list: B}, B: {list: T}",
            "shapes/A: list A holds only itself; put a structure between",
        ),
    ],
    ids=["self", "two", "behind", "union", "list", "map", "lists"],
)
def test_recursion_without_end_is_refused(text: str, problem: str) -> None:
    assert problem_of("{input: {T: T}}", shapes(text)).startswith(f"model:/{problem}")


def test_a_long_chain_of_required_members_is_no_recursion() -> None:
    count = 3_000
    chain: dict[str, Any] = {
        f"S{n}": {"structure": {"N": {"type": f"S{n + 1}", "required": True}}} for n in range(count)
    }
    chain[f"S{count}"] = {"structure": {}}
    model = load(document("{input: {T: S0}}") | {"shapes": chain})
    assert len(model.shapes) == count + 2


# --- Operations ---


def test_operations_that_differ_only_in_case_are_refused() -> None:
    one = {"http": "POST /a"}
    text = problem_of("{}", "{operations: {GetThing: {http: POST /a}, getThing: {http: POST /b}}}")
    assert text == (
        "model:/operations/getThing: the operations GetThing (at model:/operations/GetThing) and "
        "getThing differ only "
        "in case; rename one"
    )
    load(document("{}") | {"operations": {"GetThing": one, "GetThings": one}})


@pytest.mark.parametrize(
    ("positional", "problem"),
    [
        ("[Uri]", "names 'Uri', which is no input member; did you mean 'Url'?"),
        ("[Params]", "names 'Params', which is no input member; did you mean 'params'?"),
        ("[Id, Id]", "names 'Id' twice; remove one"),
        ("[params, Id]", "goes on after 'params'; put that last"),
        ("[Url, Id]", "has the required Id after the optional Url; put required ones first"),
    ],
)
def test_positional_names_input_members_in_order(positional: str, problem: str) -> None:
    operation = f"{{positional: {positional}, input: {{Id: {{type: string, required: true}}, Url: string}}}}"
    assert problem_of(operation) == f"{DO}'positional' of operation Do {problem}"


@pytest.mark.parametrize("positional", ["[]", "[Id]", "[params]", "[Id, params]", "[Id, Url, params]"])
def test_positional_may_name_some(positional: str) -> None:
    load(
        document(
            f"{{positional: {positional}, input: {{Id: {{type: string, required: true}}, Url: string}}}}"
        )
    )


@pytest.mark.parametrize(
    ("operation", "problem"),
    [
        (
            "{http: 'GET /a/{Id}'}",
            DO + "no input member of operation Do fills the label {Id}; add 'Id: {type: string, "
            "required: true, label: "
            "true}' to its input",
        ),
        (
            "{http: 'GET /a/{Id}', input: {Id: {type: string, required: true}}}",
            DO + "no input member of operation Do fills the label {Id}",
        ),
        (
            "{http: 'GET /a/{Id}', input: {Id: {type: string, label: true}}}",
            "model:/operations/Do/input/Id: member Id fills a label of the path; add 'required: true'",
        ),
        (
            "{http: 'GET /a/{Id}', input: {Id: {type: string, required: true, label: true}, B: "
            "{type: string, required: "
            "true, label: Idd}}}",
            "model:/operations/Do/input/B: member B fills the label {Idd}, which the path of "
            "operation Do does not "
            "have; did you mean 'Id'?",
        ),
        (
            "{host-prefix: '{H}.', input: {H: string}}",
            DO + "the host prefix of operation Do needs {H}; add an input member 'H: {type: string, "
            "required: true, h",
        ),
        (
            "{input: {H: {type: string, required: true, host-label: true}}}",
            "model:/operations/Do/input/H: member H is a host label, which operation Do does not "
            "use; remove 'host-la",
        ),
    ],
)
def test_labels_and_members_belong_together(operation: str, problem: str) -> None:
    assert problem_of(operation).startswith(problem)


# --- Bindings ---


@pytest.mark.parametrize(
    ("operation", "rest", "problem"),
    [
        (
            "{input: {A: {type: integer, status: true}}}",
            "{}",
            "member A of DoRequest is of an input, which has no 'sta",
        ),
        (
            "{output: {A: {type: string, query: a}}}",
            "{}",
            "member A of DoResponse is of an answer, which has no 'query",
        ),
        (
            "{output: {A: {type: string, label: true}}}",
            "{}",
            "member A of DoResponse is of an answer, which has no 'la",
        ),
        (
            "{errors: [E]}",
            "{errors: {E: {status: 400, members: {A: {type: string, query: a}}}}}",
            "member A of E is of an answer, which has no 'query'",
        ),
        (
            "{input: {T: T}}",
            shapes("T: {structure: {A: {type: string, header: X}}}"),
            "'header' has no meaning for member A of T; only inputs, outputs and errors have it",
        ),
        (
            "{input: {A: {type: string, header: Authorization}}}",
            "{}",
            "member A of DoRequest would set the header Authorization, which the client sets itself",
        ),
        (
            "{input: {A: {type: string, header: hOsT}}}",
            "{}",
            "member A of DoRequest would set the header hOsT",
        ),
        (
            "{input: {A: {type: document, header: X}}}",
            "{}",
            "member A of DoRequest is of the kind document; 'header' needs a sim",
        ),
        (
            "{input: {A: {type: L, query: a}}}",
            shapes("L: {list: blob}"),
            "member A of DoRequest is of the kind list; 'query' nee",
        ),
        (
            "{http: 'GET /{A}', input: {A: {type: L, label: true, required: true}}}",
            shapes("L: {list: string}"),
            "member A of DoRequest is of the kind list; 'label' needs a simple value",
        ),
        (
            "{output: {A: {type: string, status: true}}}",
            "{}",
            "member A of DoResponse is of the kind string; 'status' needs an i",
        ),
        (
            "{input: {A: {type: string, prefix-headers: X-}}}",
            "{}",
            "member A of DoRequest is of the kind string; 'prefix-header",
        ),
        (
            "{input: {A: {type: M, query-map: true}}}",
            shapes("M: {map: {key: string, value: integer}}"),
            "member A of DoRequest is of the kind map; 'query-map' needs a map of strings or of "
            "lists of strings",
        ),
        *(
            (
                f"{{input: {{A: {{type: M, {place}}}}}}}",
                shapes("M: {map: {key: string, value: string}, sparse: true}"),
                f"member A of DoRequest may hold null, which has no form in '{place.partition(':')[0]}'; "
                "remove 'sparse' from M",
            )
            for place in ("query-map: true", "prefix-headers: X-")
        ),
        (
            "{input: {A: {type: M, query-map: true}}}",
            shapes("M: {map: {key: string, value: L}}, L: {list: string, sparse: true}"),
            "has no form in 'query-map'; remove 'sparse' from L",
        ),
        (
            "{output: {A: {type: L, header: X-A}}}",
            shapes("L: {list: string, sparse: true}"),
            "has no form in 'header'; remove 'sparse' from L",
        ),
        (
            "{input: {A: {type: integer, payload: true}}}",
            "{}",
            "member A of DoRequest is of the kind integer; 'payload' needs a",
        ),
        (
            "{input: {A: {type: blob, payload: true}, B: string}}",
            "{}",
            "member A is the whole body of DoRequest; bind B elsewhere too",
        ),
    ],
)
def test_bindings_fit_their_places(operation: str, rest: str, problem: str) -> None:
    assert problem in problem_of(operation, rest)


@pytest.mark.parametrize(
    ("operation", "rest"),
    [
        (
            "{output: {A: {type: integer, status: true}, B: {type: Ts, header: X}}}",
            shapes("Ts: {list: timestamp}"),
        ),
        (
            "{input: {A: {type: M, query-map: true}}}",
            shapes("M: {map: {key: string, value: L}}, L: {list: string}"),
        ),
        ("{output: {A: {type: M, prefix-headers: X-}}}", shapes("M: {map: {key: string, value: string}}")),
        ("{input: {A: {type: string, payload: true}, B: {type: E, header: B}}}", shapes("E: {enum: [X]}")),
        ("{output: {A: {type: string, header: Host}}}", "{}"),
    ],
)
def test_bindings_that_fit_are_kept(operation: str, rest: str) -> None:
    passes.supported(load(document(operation, rest)))


# --- Examples ---

EXAMPLE_SHAPES = (
    "{errors: {E: {status: 400, members: {Message: string}}}, shapes: {"
    "In: {structure: {S: {type: string, required: true}, N: Ns, M: M, T: In, U: U, D: document, F: double, "
    "W: timestamp, X: integer, B: boolean}},"
    "Ns: {list: integer}, M: {map: {key: string, value: boolean}}, U: {union: {L: string, R: string}}}}"
)


@pytest.mark.parametrize(
    ("example", "problem"),
    [
        ("input: {}, output: {}", "the input of example 'x' lacks the required S; add it"),
        ("input: {S: a, Sx: b}, output: {}", "the input of example 'x' has no member 'Sx'; did you mean"),
        (
            "input: {S: 1}, output: {}",
            "the input of example 'x'.S does not fit: it should be of the kind string",
        ),
        (
            "input: {S: a, N: [1, b]}, output: {}",
            "the input of example 'x'.N[1] does not fit: it should be of the kind integer",
        ),
        (
            "input: {S: a, N: [true]}, output: {}",
            "the input of example 'x'.N[0] does not fit: it should be of the kind integer",
        ),
        (
            "input: {S: a, N: 1}, output: {}",
            "the input of example 'x'.N does not fit: it should be of the kind list",
        ),
        (
            "input: {S: a, M: {k: 1}}, output: {}",
            "the input of example 'x'.M['k'] does not fit: it should be of the kind boole",
        ),
        (
            "input: {S: a, M: []}, output: {}",
            "the input of example 'x'.M does not fit: it should be of the kind map",
        ),
        ("input: {S: a, T: {}}, output: {}", "the input of example 'x'.T lacks the required S; add it"),
        (
            "input: {S: a, T: b}, output: {}",
            "the input of example 'x'.T does not fit: it should be of the kind structure",
        ),
        (
            "input: {S: a, U: {}}, output: {}",
            "the input of example 'x'.U is a union; give exactly one of its members",
        ),
        (
            "input: {S: a, U: {L: a, R: b}}, output: {}",
            "the input of example 'x'.U is a union; give exactly one",
        ),
        (
            "input: {S: a, F: fast}, output: {}",
            "the input of example 'x'.F does not fit: it should be of the kind double",
        ),
        (
            "input: {S: a, W: true}, output: {}",
            "the input of example 'x'.W does not fit: it should be of the kind timestamp",
        ),
        (
            "input: {S: a, X: 1.5}, output: {}",
            "the input of example 'x'.X does not fit: it should be of the kind integer",
        ),
        (
            "input: {S: a, B: 'yes'}, output: {}",
            "the input of example 'x'.B does not fit: it should be of the kind boolean",
        ),
        (
            "input: {S: null}, output: {}",
            "the input of example 'x'.S does not fit: it should be of the kind string",
        ),
        (
            "input: {S: a}, output: {A: b}",
            "the output of example 'x' has members, but the operation has none there",
        ),
        (
            "input: {S: a}, error: {F: {}}",
            "example 'x' ends with 'F', no error of operation Do; known are: E",
        ),
        (
            "input: {S: a}, error: {E: {M: b}}",
            "the error of example 'x' has no member 'M'; known are: Message",
        ),
        (
            "input: {S: a}, error: {}",
            "'error' of an example of operation Do is a mapping; write {NameOfTheError",
        ),
        (
            "input: {S: a}, error: {E: {}}, output: {}",
            "an example of operation Do ends with either 'output' or 'error'",
        ),
    ],
)
def test_examples_fit_their_shapes(example: str, problem: str) -> None:
    operation = f"{{input: In, errors: [E], examples: [{{title: x, {example}}}]}}"
    assert problem in problem_of(operation, EXAMPLE_SHAPES)


def test_an_example_never_shows_its_values() -> None:
    operation = "{input: {P: integer}, examples: [{title: x, input: {P: hunter2}, output: {}}]}"
    assert "hunter2" not in problem_of(operation)


def test_examples_that_fit_are_kept() -> None:
    operation = (
        "{input: In, errors: [E], examples: [{title: x, output: {}, input: {S: a, N: [1], M: {k: "
        "true}, T: {S: b}, "
        "U: {L: c}, D: [null, {x: 1}], F: NaN, W: 1.5, X: 3, B: false}}]}"
    )
    model = load(document(operation, EXAMPLE_SHAPES))
    assert model.operations["Do"].examples[0].input["U"] == {"L": "c"}


# --- Sizes, and what the generator can make ---


@pytest.mark.parametrize(
    ("limits", "problem"),
    [
        (Limits(operations=0), "operations: 1, where the limit operations allows 0"),
        (Limits(shapes=2), "shapes: 3, where the limit shapes allows 2"),
        (Limits(members=4), "members: 5, where the limit members allows 4"),
    ],
    ids=["operations", "shapes", "members"],
)
def test_a_model_over_a_cap_is_refused(limits: Limits, problem: str) -> None:
    source = document("{input: {A: E, B: S}}", shapes("E: {enum: [X, Y]}, S: {structure: {C: string}}"))
    with pytest.raises(GenerationError) as caught:
        load(source, limits=limits)
    assert problem in str(caught.value)
    load(source, limits=Limits(operations=1, shapes=3, members=5))


def test_every_kind_and_binding_of_rest_json_is_supported() -> None:
    members = ", ".join(f"M{index}: {kind}" for index, kind in enumerate(ir.SIMPLE_KINDS))
    passes.supported(load(document(f"{{input: {{{members}}}}}")))


@pytest.mark.parametrize(
    ("operation", "rest", "problem"),
    [
        ("{}", "{protocol: [query, rest-json]}", ""),
        (
            "{}",
            "{auth: sigv2}",
            "model:/service: the generator cannot make the auth sigv2 of service Tiny yet; it makes "
            "bearer, none, sigv4, sigv4a",
        ),
        ("{}", "{auth: [sigv2, sigv4]}", ""),
        (
            "{auth: sigv2}",
            "{}",
            DO + "the generator cannot make the auth sigv2 of operation Do yet; it makes bearer",
        ),
        ("{output: {A: {type: blob, payload: true, streaming: true}}}", "{}", ""),
        (
            "{output: {A: {type: U, payload: true}}}",
            shapes("U: {union: {A: E}, event-stream: true}, E: {structure: {}}"),
            "",
        ),
        (
            "{input: {A: {type: U, payload: true}}}",
            shapes("U: {union: {A: E}, event-stream: true}, E: {structure: {}}"),
            "",
        ),
        ("{output: {A: L}}", shapes("L: {list: string, sparse: true}"), ""),
        ("{output: {A: M}}", shapes("M: {map: {key: string, value: string}, sparse: true}"), ""),
        ("{output: {A: {type: string, json-value: true}}}", "{}", ""),
    ],
)
def test_what_cannot_be_made_yet_is_refused_by_name(operation: str, rest: str, problem: str) -> None:
    model = load(document(operation, rest))
    if not problem:
        passes.supported(model)
        return
    with pytest.raises(GenerationError) as caught:
        passes.supported(model)
    assert str(caught.value).startswith(problem)


def waiters(text: str) -> str:
    return f"{{waiters: {{Done: {{operation: Do, delay: 1, max-attempts: 2, acceptors: [{text}]}}}}}}"


STREAM = "U: {union: {A: E}, event-stream: true}, E: {structure: {B: {type: blob, event: payload}"


@pytest.mark.parametrize(
    ("operation", "rest", "problem"),
    [
        (
            "{paginator: {input-tokens: [A, B], output-tokens: A}, input: {A: string, B: string}}",
            "{}",
            DO + "the paginator of operation Do needs an output token for each input token",
        ),
        (
            "{paginator: {input-tokens: Nxt, output-tokens: A}, input: {Next: string}}",
            "{}",
            DO + "the paginator of operation Do names 'Nxt', which is no input member; did you mean 'Next'?",
        ),
        (
            "{checksum: {algorithm-member: B}, input: {A: string}}",
            "{}",
            DO + "the checksum of operation Do names 'B', which is no input member; known are: A",
        ),
        (
            "{}",
            waiters("{outcome: failure, error: true}"),
            "waiter Done never succeeds; add an acceptor that does",
        ),
        ("{}", waiters("{outcome: success, status: ok}"), "waiter Done expects a status of another type"),
        ("{}", waiters("{outcome: success, error: 4}"), "waiter Done expects a error of another type"),
        (
            "{}",
            waiters("{outcome: success, status: 200}").replace("operation: Do", "operation: Dou"),
            "waiter Done asks 'Dou', which is no operation; did you mean 'Do'?",
        ),
        (
            "{}",
            "{common-errors: [E], errors: {F: {status: 400}}}",
            "'E' is no error of this model; known are: F",
        ),
        (
            "{}",
            "{common-errors: [E, E], errors: {E: {status: 400}}}",
            "the service lists the error E twice; remove one",
        ),
        (
            "{output: {X: U}}",
            shapes(f"{STREAM}, C: {{type: string, event: payload}}}}}}"),
            "the members B and C of E are both 'event: payload'; keep one",
        ),
        (
            "{output: {X: {type: U}, Y: {type: U}}}",
            shapes(f"{STREAM}}}}}"),
            "the members X and Y of DoResponse are both a stream; keep one",
        ),
        (
            "{output: {X: S}}",
            shapes(f"{STREAM}}}}}, S: {{structure: {{U: U}}}}"),
            "member U of S is a stream of events within a body; move it",
        ),
        (
            "{output: {X: U}}",
            shapes("U: {union: {A: string}, event-stream: true}"),
            "member A of U is of a stream of events, but no structure",
        ),
        (
            "{output: {X: L}}",
            shapes("L: {list: {type: string, timestamp-format: http-date}}"),
            "'timestamp-format' is for timestamps; the element of list L is none",
        ),
        (
            "{output: {X: L}}",
            shapes("L: {map: {key: string, value: {type: long, json-value: true}}}"),
            "'json-value' is for strings; the value of map L is no string",
        ),
    ],
    ids=lambda value: value[:60],
)
def test_what_goes_with_calls_fits_them(operation: str, rest: str, problem: str) -> None:
    assert problem in problem_of(operation, rest)


def test_two_members_may_have_one_place_if_one_is_deprecated() -> None:
    load(document("{output: {A: {type: string, deprecated: true}, B: {type: string, wire-name: A}}}"))
    assert "have one place" in problem_of("{output: {A: string, B: {type: string, wire-name: A}}}")


def test_a_protocol_is_chosen_among_those_that_the_model_speaks() -> None:
    model = load(document("{}", "{protocol: [rest-json, rest-xml]}"))
    assert model.service.protocol is ir.Protocol.REST_JSON
    assert passes.choose_protocol(model, "rest-xml").service.protocol is ir.Protocol.REST_XML
    with pytest.raises(GenerationError, match="the model does not speak 'json'; did you mean 'rest-json'"):
        passes.choose_protocol(model, "json")


@pytest.mark.parametrize(
    ("operation", "rest", "feature"),
    [
        ("{}", "{endpoint: {rules: {version: '1.0', parameters: {}, rules: []}}}", Feature.ENDPOINT_RULES),
        ("{}", "{client-params: {A: string}}", Feature.ENDPOINT_PARAMS),
        ("{static-params: {A: true}}", "{}", Feature.ENDPOINT_PARAMS),
        ("{input-params: {A: B}}", "{}", Feature.INPUT_PARAMS),
        ("{input: {A: {type: string, context-param: A}}}", "{}", Feature.ENDPOINT_PARAMS),
        ("{endpoint-discovery: required}", "{}", Feature.ENDPOINT_DISCOVERY),
        ("{host-prefix: a.}", "{}", Feature.HOST_PREFIX),
        ("{}", "{common-errors: [E], errors: {E: {status: 400}}}", Feature.COMMON_ERRORS),
        ("{}", "{query-compatible: true}", Feature.QUERY_COMPATIBLE),
        ("{}", "{http2: event-stream}", Feature.HTTP2),
        ("{paginator: {input-tokens: A, output-tokens: A}, input: {A: string}}", "{}", Feature.PAGINATORS),
        ("{}", waiters("{outcome: success, status: 200}"), Feature.WAITERS),
        ("{unsigned-payload: true}", "{}", Feature.UNSIGNED_PAYLOAD),
        ("{checksum: {required: true}}", "{}", Feature.CHECKSUM),
        ("{compression: gzip}", "{}", Feature.COMPRESSION),
        ("{output: {A: L}}", shapes("L: {list: string, sparse: true}"), Feature.SPARSE),
        ("{output: {A: L}}", shapes("L: {list: {type: string, json-value: true}}"), Feature.JSON_VALUE),
        ("{output: {A: {type: string, json-value: true}}}", "{}", Feature.JSON_VALUE),
        ("{output: {A: {type: blob, payload: true, streaming: true}}}", "{}", Feature.STREAMING),
        ("{output: {A: U}}", shapes(f"{STREAM}}}}}"), Feature.EVENT_STREAM),
    ],
    ids=lambda value: value.name if isinstance(value, Feature) else None,
)
def test_a_feature_is_found_and_refused_until_it_is_made(
    monkeypatch: pytest.MonkeyPatch, operation: str, rest: str, feature: Feature
) -> None:
    model = load(document(operation, rest))
    assert {use.feature for use in features.uses(model)} == {feature}
    monkeypatch.setattr(features, "MADE", frozenset())
    with pytest.raises(GenerationError, match="the generator cannot make "):
        features.supported(model)
    monkeypatch.setattr(features, "MADE", frozenset([feature]))
    features.supported(model)
