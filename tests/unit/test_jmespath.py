# SPDX-License-Identifier: Apache-2.0
"""JMESPath: what it says is what Python does, and what it cannot say is refused at its column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from heliograph.generated import lookup
from heliograph.structure import ABSENT_LIST, ABSENT_MAP, Structure
from heliograph_codegen import frontends, ir
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.jmespath import parse
from heliograph_codegen.jmespath_python import Attributes, Compiled, WireNames, compile_path
from heliograph_codegen.text import Ident

jmespath = pytest.importorskip("jmespath", reason="the reference implementation comes with botocore")

MODEL = frontends.load(
    {
        "heliograph": 1,
        "service": "Tiny",
        "version": "1",
        "protocol": "rest-json",
        "endpoint": {"prefix": "tiny"},
        "operations": {"Get": {"http": "POST /get", "input": {"In": "Root"}, "output": {"Out": "Root"}}},
        "shapes": {
            "Root": {
                "structure": {
                    "Name": "string",
                    "Id": {"type": "string", "required": True},
                    "Count": "integer",
                    "Limit": "integer",
                    "On": "boolean",
                    "Child": "Child",
                    "Must": {"type": "Child", "required": True},
                    "Children": "Children",
                    "Needed": {"type": "Children", "required": True},
                    "Rows": "Rows",
                    "Tags": "Tags",
                    "ByName": "ByName",
                    "Words": "Words",
                    "Either": "Either",
                    "When": "timestamp",
                }
            },
            "Child": {
                "structure": {
                    "State": "string",
                    "Size": "integer",
                    "Need": {"type": "string", "required": True},
                    "Children": "Children",
                    "Deep": "Child",
                    "Words": "Words",
                }
            },
            "Children": {"list": "Child"},
            "Words": {"list": "string"},
            "Rows": {"list": "Words"},
            "Tags": {"map": {"key": "string", "value": "string"}},
            "ByName": {"map": {"key": "string", "value": "Child"}},
            "Either": {"union": {"Left": "string", "Right": "Child"}},
        },
    }
)


class Thing(Structure):
    """Any structure of the model, as a generated class would hold it."""

    def __init__(self, shape: str, members: Mapping[str, Any]) -> None:
        for member in MODEL.structure(shape).members.values():
            kind = MODEL.shape(member.target).kind
            if member.name in members:
                setattr(self, member.name.lower(), typed(member.target, members[member.name]))
            elif not member.required:
                absent = {ir.Kind.LIST: ABSENT_LIST, ir.Kind.MAP: ABSENT_MAP}.get(kind)
                setattr(self, member.name.lower(), absent)


def typed(target: str, value: Any) -> Any:
    """A value as an attribute holds it."""
    match MODEL.shape(target):
        case ir.StructureShape(kind=ir.Kind.STRUCTURE, name=name):
            return Thing(name, value)
        case ir.StructureShape() as union:
            return {name: typed(union.members[name].target, inner) for name, inner in value.items()}
        case ir.ListShape(element=element):
            return [typed(element, item) for item in value]
        case ir.MapShape(value=inner):
            return {key: typed(inner, item) for key, item in value.items()}
        case _:
            return value


ATTRIBUTES = Attributes(lambda shape: {name: Ident(name.lower()) for name in shape.members})


def compiled(text: str, *, wire: bool = False) -> Compiled:
    return compile_path(MODEL, text, "Root", Ident("root"), WireNames() if wire else ATTRIBUTES, "here")


def run(source: str, root: Any) -> Any:
    return eval(source, {"root": root, "lookup": lookup})  # noqa: S307  # the source is what is under test


def plain(value: Any) -> Any:
    """Tuples as the reference implementation has them."""
    return [*value] if type(value) is tuple else value


CHILD: dict[str, Any] = {
    "State": "ok",
    "Size": 3,
    "Need": "n",
    "Words": ["x"],
    "Deep": {"State": "deep", "Need": "d"},
}
FULL: dict[str, Any] = {
    "Name": "name",
    "Id": "id",
    "Count": 2,
    "Limit": 2,
    "On": True,
    "Child": CHILD,
    "Must": {**CHILD, "Children": [CHILD]},
    "Children": [CHILD, {"Need": "only", "Words": [], "Children": [{"Need": "inner", "State": "in"}]}],
    "Needed": [{"Need": "1", "State": "a"}, {"Need": "2", "State": "b"}],
    "Rows": [["a", "b"], ["c"]],
    "Tags": {"k": "v", "l": "w"},
    "ByName": {"one": CHILD, "two": {"Need": "t"}},
    "Words": ["p", "q"],
    "Either": {"Right": CHILD},
}
LISTS: dict[str, Any] = {"Children": [], "Needed": [], "Rows": [], "Tags": {}, "ByName": {}, "Words": []}
EMPTY: dict[str, Any] = {**LISTS}
INPUTS: list[dict[str, Any]] = [
    FULL,
    EMPTY,
    {**LISTS, "Name": "", "Count": 0, "On": False},
    {**LISTS, "Child": {"Words": []}, "Must": {}},
]

EXPRESSIONS = """
Name
Child.State
Child.Deep.State
Must.Need
Must.Deep.State
Either.Left
Either.Right.State
Tags.k
ByName.one.State
Children[].State
Children[*].Deep.State
Children[].Need
Children[0].State
Children[-1].Need
Words[1]
Words[-2]
Needed[0].State
Children[].Children[].State
Children[*].Words[]
Rows[]
Rows[][]
Rows[0]
Rows[*][0]
ByName.*.State
ByName.*.Need
Children[?State == 'ok'].Need
Children[?State != 'ok' && Need == 'only'].Need
Children[?State == `null`].Need
Children[?Size > `2`].Size
Children[?contains(Words, 'x')].State
Children[?!(State == 'ok')].Need
Children[?Deep].Need
Children[?Deep.State == 'deep' || Need == 'only'].Need
Children[].[State, Need][]
Name || Child.State
Name || 'none'
Count || Limit
Child.State || Must.Need || 'none'
On
!On
!Name
Count == Limit
Count != Limit
Count == `2`
Count == `null`
Name != `null`
Name == 'name'
Name != 'name'
Child.State == 'ok'
Child.State != 'ok'
length(Children[]) > `0`
length(Words) == `2`
length(Name || '') > `1`
length(Children[].State) >= `1` && length(Words) == `2`
contains(Words, 'p')
contains(Words[], Name)
contains(Name || '', 'am')
keys(Tags)
values(Tags)
join(',', Words)
join('-', Children[].State)
not_null(Name, Child.State)
not_null(Child.State, Must.State, 'z')
to_string(Name || 'none')
Children[].State | [0]
(Children[].State)[0]
Children[].Size | length(@)
[Name, Id]
"""


@pytest.mark.parametrize("text", EXPRESSIONS.split("\n")[1:-1])
def test_means_what_the_specification_says(text: str) -> None:
    for members in INPUTS:
        expected: Any = jmespath.search(text, members)
        path = compiled(text)
        wire = compiled(text, wire=True)
        found = run(path.source, Thing("Root", members))
        assert plain(found) == expected, path.source
        assert run(wire.source, members) == expected or expected == [] or text.startswith("["), wire.source
        is_number = isinstance(expected, (int, float)) and not isinstance(expected, bool)
        assert bool(run(path.condition, Thing("Root", members))) is (is_number or bool(expected)), (
            path.condition
        )
        assert path.nullable or found is not None


def test_absent_lists_are_empty_ones() -> None:
    assert run(compiled("length(Children[]) == `0`").source, Thing("Root", {})) is True
    assert run(compiled("Children[].State").source, Thing("Root", {})) == []
    assert run(compiled("length(Must.Children)").source, Thing("Root", {})) == 0
    assert run(compiled("keys(Tags)", wire=True).source, {}) == []


def test_input_may_be_mappings_or_structures() -> None:
    path = compiled("Child.State", wire=True)
    assert run(path.source, {"Child": {"State": "s"}}) == "s"
    assert run(path.source, {"Child": 1}) is None


def test_paths_are_chains_of_attributes() -> None:
    assert compiled("Child.Deep.State").source == (
        "root.child.deep.state if root.child is not None and root.child.deep is not None else None"
    )
    assert compiled("Children[].Children[].State").source == (
        "[item2.state for item in root.children for item2 in item.children if item2.state is not None]"
    )
    assert compiled("Must.Need").source == 'getattr(getattr(root, "must", None), "need", None)'
    assert compiled("Children[]").source == "root.children"
    # A checker knows that "()" has no last element; of "[]" it does not.
    assert '"children", [])[-1]' in compiled("Must.Children[-1].Need").source


REFUSED = {
    "Nam": "column 1: 'Nam' is no member of Root; did you mean 'Name'?",
    "Child.Stat": "column 7: 'Stat' is no member of Child; did you mean 'State'?",
    "Name.First": "column 6: 'First' is asked of a text, which has no members",
    "Children.State": "column 10: 'State' is asked of a list, which has no members",
    "When.Year": "column 6: 'Year' is asked of a value without parts, which has no members",
    "Child[].State": "column 6: '[]' is asked of a structure, which is no list",
    "Child[*]": "column 6: a projection is asked of a structure, which is no list",
    "Child.*": "column 7: '*' is asked of a structure, which is no map",
    "Name[0]": "column 5: a list is needed there, not a text",
    "length(Count)": "column 1: length is given a number",
    "length(Name, Id)": "column 1: length is given 2 arguments",
    "keys(Child)": "column 1: keys is given a structure",
    "join(',', Children)": "column 1: join is given a list of something other than texts",
    "sum(Words)": "column 1: the function sum is not offered; there are contains, join, keys, length, not_null, "
    "to_string, values",
    "Name > `1`": "column 6: '>' compares a text with a number",
    "Name == `1`": "column 6: '==' compares a text with a number",
    "Name && Id": "column 6: '&&' is offered between conditions only",
    "Name || Count": "column 1: '||' is between a text and a number",
    "[Name, Count]": "column 1: the expressions of a list give values of different types",
    "": "column 1: an expression cannot begin with the end",
    "Name.": "column 6: expected [, found the end",
    "Name Id": "column 6: expected the end, found name",
    "Words[1:2]": "column 8: expected ], found :",
    "{a: Name}": "column 1: an expression cannot begin with {",
    "&Name": "column 1: an expression cannot begin with &",
    "Words[999999999999]": "column 7: the number is too large",
    "`{\"a\": 1}`": "column 1: lists and objects cannot be literals here; write a text or a number",
    "`nonsense`": "column 1: that is no JSON",
    "Name # Id": "column 6: the character '#' may not stand there",
    "'open": "column 1: the character \"'\" may not stand there",
    "[]Name": "column 3: expected the end, found name",
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), REFUSED.items())
def test_is_refused_at_its_column(text: str, said: str) -> None:
    with pytest.raises(GenerationError) as raised:
        compiled(text)
    assert str(raised.value) == f"here: the expression '{text}', {said}"


def test_an_expression_without_end_is_refused() -> None:
    with pytest.raises(GenerationError, match="nested too deeply"):
        parse("!" * 100_000 + "a")
