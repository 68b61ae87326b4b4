# SPDX-License-Identifier: Apache-2.0
"""The shapes of a Smithy service as shapes of the IR: their names, kinds and members, and how these travel.

Names on the wire follow the protocol that the model is read for: ``jsonName`` is rest-json's alone, ``xmlName``
and its like belong to the protocols that write XML or forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from heliograph_codegen import ir
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends import grammar
from heliograph_codegen.frontends.common import UNPRINTABLE, default_fault, sorted_keys, visible_pattern
from heliograph_codegen.frontends.smithy_ast import BUILT_IN, SIMPLE_TYPES, UNIT, Ast, Member, Shape, name_of
from heliograph_codegen.frontends.smithy_traits import prose_of
from heliograph_codegen.ir import Kind, Location, Protocol
from heliograph_codegen.wording import quoted

if TYPE_CHECKING:
    import re

    from heliograph_codegen.frontends.c2j_nodes import Node, Notes
    from heliograph_codegen.frontends.smithy_traits import Traits

XML_FAMILY: Final = frozenset([Protocol.REST_XML, Protocol.QUERY, Protocol.EC2])
"""Protocols that name things after ``xmlName``."""

_QUERY_FAMILY: Final = frozenset([Protocol.QUERY, Protocol.EC2])
_TIMESTAMPS: Final[Mapping[str, ir.TimestampFormat]] = {each.value: each for each in ir.TimestampFormat}
_PLACES: Final[Mapping[str, str]] = {
    **dict.fromkeys(SIMPLE_TYPES, "number"),
    **{each: each for each in ("boolean", "string", "blob", "timestamp", "document", "enum", "intEnum")},
    **{each: each for each in ("list", "map", "structure", "union")},
}
_MEMBER_PLACES: Final[Mapping[str, str]] = {
    "structure": "member of a structure",
    "union": "member of a union",
    "list": "member of a list",
    "map": "key or value of a map",
    "enum": "value of an enumeration",
    "intEnum": "value of an enumeration",
}
_IN_INPUTS: Final = ("httpLabel", "httpQuery", "httpQueryParams")
_IN_ANSWERS: Final = ("httpResponseCode",)
_IN_BOTH: Final = ("httpHeader", "httpPayload", "httpPrefixHeaders")


@dataclass(frozen=True, slots=True)
class Wire:
    """What of the service decides how its shapes travel.

    Attributes:
        protocol: The one that the model is read for.
        listed: All that the service speaks.
        query_compatible: Its error codes are those of ``query``.
        namespace: What the root elements of XML bodies declare.
    """

    protocol: Protocol
    listed: frozenset[Protocol]
    query_compatible: bool = False
    namespace: ir.XmlNamespace | None = None

    @property
    def has_xml_names(self) -> bool:
        return self.protocol in XML_FAMILY

    @property
    def has_xml_traits(self) -> bool:
        """Whether any of its protocols looks at how XML is written."""
        return bool(self.listed & XML_FAMILY)

    @property
    def has_query_errors(self) -> bool:
        """Whether errors have the codes of the protocol ``query``."""
        return self.query_compatible or self.protocol in _QUERY_FAMILY


@dataclass(slots=True)
class Shapes:
    """Reads the shapes that operations reach.

    Attributes:
        renames: Names that the service gives to shapes, by shape id.
        inputs, outputs, errors: Shape ids at the ends of operations: bindings have a meaning only there.
    """

    ast: Ast
    wire: Wire
    renames: Mapping[str, str]
    inputs: frozenset[str]
    outputs: frozenset[str]
    errors: frozenset[str]
    notes: Notes
    _names: dict[str, str] = field(default_factory=dict[str, str])
    _places: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])

    def read(self) -> dict[str, ir.AnyShape]:
        """All shapes by their names in the IR, sorted."""
        shapes = self._closure()
        self._name(shapes)
        answers = self.outputs | {name for name, shape in shapes.items() if "error" in shape.traits}
        self._places = {name: _places(name in self.inputs, name in answers) for name in shapes}
        found: dict[str, ir.AnyShape] = {}
        for name, shape in shapes.items():
            self._check(shape)
            if self._names[name] in ir.SIMPLE_SHAPES:
                continue
            made = self._shape(shape)
            if found.setdefault(made.name, made) != made:
                raise GenerationError(
                    f"two different shapes are called {made.name}, the other at {found[made.name].origin}; "
                    "add one to 'rename' of the service",
                    made.origin,
                )
        if UNIT in self._names:
            found[self._names[UNIT]] = ir.StructureShape(name=self._names[UNIT])
        return dict(sorted(found.items()))

    def name(self, shape: str) -> str:
        """What a shape is called in the IR."""
        return BUILT_IN[shape].value if shape in BUILT_IN else self._names[shape]

    def _closure(self) -> dict[str, Shape]:
        """The shapes of the document that the ends of operations reach, sorted by id."""
        found: dict[str, Shape] = {}
        waiting = [*self.inputs, *self.outputs, *self.errors]
        while waiting:
            name = waiting.pop()
            if name == UNIT:
                self._names[UNIT] = "Unit"
            if name in found or name in BUILT_IN or name == UNIT:
                continue
            shape = found[name] = self.ast.shape(name)
            if shape.type not in _PLACES:
                raise GenerationError(
                    f"{shape.node.what} is a {shape.type}, which is no data", shape.node.origin
                )
            if shape.type in ("structure", "union", "list", "map"):
                waiting.extend(member.target for member in shape.members.values())
        return dict(sorted(found.items()))

    def _name(self, shapes: Mapping[str, Shape]) -> None:
        """What each shape is called: its own name, but for simple ones that say nothing but their type.

        One that says more and has a builtin type's name gets an underscore: names of simple shapes are seen by nobody.
        """
        given = {name: self.renames.get(name, shape.name) for name, shape in shapes.items()}
        taken = set(given.values())
        for name, shape in shapes.items():
            own = given[name]
            if not grammar.NAME.fullmatch(own):
                raise GenerationError(f"{quoted(own)} is no name of a shape", shape.node.origin)
            self._names[name] = own
            if shape.type in SIMPLE_TYPES and self._is_plain(shape):
                self._names[name] = SIMPLE_TYPES[shape.type].value
                continue
            while self._names[name] in ir.SIMPLE_SHAPES or (
                self._names[name] != own and self._names[name] in taken
            ):
                self._names[name] += "_"
        while UNIT in self._names and self._names[UNIT] in taken:
            self._names[UNIT] += "_"

    def _is_plain(self, shape: Shape) -> bool:
        """Whether a simple shape says nothing but its type."""
        made = self._simple(shape)
        return made == ir.SimpleShape(name=made.name, kind=made.kind)

    # --- Shapes ---

    def _check(self, shape: Shape) -> None:
        """Refuse and note traits that are not read."""
        shape.traits.check(_PLACES[shape.type], self.notes)
        for member in shape.members.values():
            member.traits.check(_MEMBER_PLACES[shape.type], self.notes)

    def _shape(self, shape: Shape) -> ir.AnyShape:
        match shape.type:
            case "structure" | "union":
                return self._structure(shape)
            case "list":
                element, entry = self._entry(shape.members["member"])
                return ir.ListShape(
                    name=self._names[shape.id],
                    documentation=shape.traits.prose() or shape.members["member"].traits.prose(),
                    sensitive=shape.traits.sensitive(),
                    deprecated=shape.traits.deprecated(),
                    constraints=_constraints(shape.traits, Kind.LIST),
                    element=element,
                    entry=entry,
                    sparse="sparse" in shape.traits,
                    origin=shape.node.origin,
                )
            case "map":
                key, key_entry = self._entry(shape.members["key"])
                value, value_entry = self._entry(shape.members["value"])
                return ir.MapShape(
                    name=self._names[shape.id],
                    documentation=shape.traits.prose() or shape.members["value"].traits.prose(),
                    sensitive=shape.traits.sensitive(),
                    deprecated=shape.traits.deprecated(),
                    constraints=_constraints(shape.traits, Kind.MAP),
                    key=key,
                    value=value,
                    key_entry=key_entry,
                    value_entry=value_entry,
                    sparse="sparse" in shape.traits,
                    origin=shape.node.origin,
                )
            case _:
                return self._simple(shape)

    def _simple(self, shape: Shape) -> ir.SimpleShape | ir.EnumShape:
        traits = shape.traits
        values = _enum_values(shape)
        if values:
            kind = Kind.INT_ENUM if shape.type == "intEnum" else Kind.ENUM
            return ir.EnumShape(
                name=self._names[shape.id],
                kind=kind,
                documentation=traits.prose(),
                sensitive=traits.sensitive(),
                deprecated=traits.deprecated(),
                constraints=_constraints(traits, kind),
                values=values,
                origin=shape.node.origin,
            )
        kind = SIMPLE_TYPES[shape.type]
        return ir.SimpleShape(
            name=self._names[shape.id],
            kind=kind,
            documentation=traits.prose(),
            sensitive=traits.sensitive(),
            deprecated=traits.deprecated(),
            constraints=_constraints(traits, kind),
            timestamp_format=_timestamp_format(traits),
            media_type=traits.text("mediaType", grammar.MEDIA_TYPE),
            origin=shape.node.origin,
        )

    def _entry(self, member: Member) -> tuple[str, ir.Entry]:
        """An element, key or value: its shape, and how it is written."""
        has_xml = self.wire.has_xml_traits
        return self.name(member.target), ir.Entry(
            name=member.traits.text("xmlName", grammar.XML_NAME) if has_xml else "",
            namespace=self._namespace(member) if has_xml else None,
            timestamp_format=_timestamp_format(member.traits),
        )

    def _structure(self, shape: Shape) -> ir.StructureShape:
        traits = shape.traits
        is_union = shape.type == "union"
        return ir.StructureShape(
            name=self._names[shape.id],
            kind=Kind.UNION if is_union else Kind.STRUCTURE,
            documentation=traits.prose(),
            sensitive=traits.sensitive(),
            deprecated=traits.deprecated(),
            members={name: self._member(shape, member) for name, member in sorted(shape.members.items())},
            error=self._error(shape) if "error" in traits else None,
            event_stream=is_union and "streaming" in traits,
            origin=shape.node.origin,
        )

    def _error(self, shape: Shape) -> ir.ErrorTrait:
        traits = shape.traits
        name = self.renames.get(shape.id, shape.name)
        statuses = range(300, 600)
        query = traits.part("aws.protocols#awsQueryError") if self.wire.has_query_errors else None
        status = traits.integer("httpError", statuses)
        if query is not None and self.wire.protocol in _QUERY_FAMILY:
            status = query.integer("httpResponseCode", statuses) or status
        faults: Mapping[str, ir.Fault] = {each.value: each for each in ir.Fault}
        retryable = traits.part("retryable")
        return ir.ErrorTrait(
            code=(query.text("code", grammar.WIRE) if query is not None else "") or name,
            status=status,
            fault=faults.get(traits.choice("error", faults)) or default_fault(status),
            retryable=None if retryable is None else ir.Retryable(retryable.flag("throttling")),
        )

    # --- Members ---

    def _member(self, owner: Shape, member: Member) -> ir.Member:
        traits = member.traits
        if not grammar.MEMBER.fullmatch(member.name):
            raise GenerationError(f"{quoted(member.name)} is no name of a member", member.node.origin)
        target = self._target_traits(member)
        binding = self._binding(owner, member)
        is_blob = (
            member.target not in BUILT_IN
            and member.target != UNIT
            and self.ast.shape(member.target).type == "blob"
        )
        is_label = binding is not None and binding.location is Location.LABEL
        has_xml = self.wire.has_xml_traits
        param = traits.part("smithy.rules#contextParam")
        return ir.Member(
            name=member.name,
            target=self.name(member.target),
            wire_name=self._wire_name(member, binding),
            required="required" in traits or is_label or "hostLabel" in traits,
            documentation=traits.prose(),
            binding=binding,
            timestamp_format=_timestamp_format(traits),
            constraints=self._member_constraints(member),
            sensitive=traits.sensitive(),
            default=sorted_keys(traits.value("default")),
            idempotency_token="idempotencyToken" in traits,
            host_label="hostLabel" in traits,
            streaming=is_blob and target is not None and "streaming" in target,
            requires_length=is_blob and target is not None and "requiresLength" in target,
            query_name=traits.text("aws.protocols#ec2QueryName", grammar.WIRE)
            if self.wire.protocol is Protocol.EC2
            else "",
            flattened=has_xml and "xmlFlattened" in traits,
            xml_attribute=has_xml and "xmlAttribute" in traits,
            xml_namespace=self._member_namespace(member, binding) if has_xml else None,
            event_part=_event_part(traits, self._type_of(member.target)),
            context_param="" if param is None else param.text("name", grammar.PARAM),
            deprecated=traits.deprecated(),
            origin=member.node.origin,
        )

    def _type_of(self, target: str) -> str:
        """The type of a shape, in lower case where it is the prelude's."""
        if target in BUILT_IN:
            return target.rpartition("#")[2].removeprefix("Primitive").lower()
        return "" if target == UNIT else self.ast.shape(target).type

    def _target_traits(self, member: Member) -> Traits | None:
        """The traits of a member's target; None of a builtin one."""
        is_builtin = member.target in BUILT_IN or member.target == UNIT
        return None if is_builtin else self.ast.shape(member.target).traits

    def _member_constraints(self, member: Member) -> ir.Constraints:
        if member.target in BUILT_IN:
            return _constraints(member.traits, BUILT_IN[member.target])
        if member.target == UNIT:
            return ir.Constraints()
        shape = self.ast.shape(member.target)
        kinds = {"list": Kind.LIST, "map": Kind.MAP, "enum": Kind.ENUM, "intEnum": Kind.INT_ENUM}
        kind = SIMPLE_TYPES.get(shape.type) or kinds.get(shape.type)
        return ir.Constraints() if kind is None else _constraints(member.traits, kind)

    def _binding(self, owner: Shape, member: Member) -> ir.Binding | None:
        """Where a member stands outside of the body: only in REST protocols, and at the ends of operations."""
        traits = member.traits
        if not self.wire.protocol.is_rest:
            return None
        said = [place for place in (*_IN_INPUTS, *_IN_ANSWERS, *_IN_BOTH) if place in traits]
        here = [place for place in said if place in self._places[owner.id]]
        if len(here) > 1:
            raise GenerationError(
                f"{member.node.what} has {' and '.join(map(quoted, here))}; a member has one place",
                traits.at(here[1]),
            )
        for place in said if not here else ():
            self.notes.add(f"{quoted(place)} has no meaning here and was passed over", traits.at(place))
        match here:
            case ["httpHeader"]:
                return ir.Binding(Location.HEADER, _needed(traits, "httpHeader", grammar.HEADER))
            case ["httpQuery"]:
                return ir.Binding(Location.QUERY, _needed(traits, "httpQuery", grammar.QUERY))
            case ["httpPrefixHeaders"]:
                return ir.Binding(Location.PREFIX_HEADERS, traits.text("httpPrefixHeaders", grammar.HEADER))
            case ["httpLabel"]:
                return ir.Binding(Location.LABEL, member.name)
            case ["httpQueryParams"]:
                return ir.Binding(Location.QUERY_MAP)
            case ["httpPayload"]:
                return ir.Binding(Location.PAYLOAD)
            case ["httpResponseCode"]:
                return ir.Binding(Location.STATUS)
            case _:
                return None

    def _wire_name(self, member: Member, binding: ir.Binding | None) -> str:
        traits = member.traits
        if binding is not None:
            if binding.location is Location.PAYLOAD and self.wire.protocol is Protocol.REST_XML:
                return self._root_name(member)
            return member.name
        if self.wire.has_xml_names:
            return traits.text("xmlName", grammar.WIRE) or member.name
        if self.wire.has_xml_traits and "xmlName" in traits:
            self.notes.add(
                f"'xmlName' of a member was passed over: the model is read for {self.wire.protocol}",
                traits.at("xmlName"),
            )
        if self.wire.protocol is Protocol.REST_JSON:
            return traits.text("jsonName", grammar.WIRE) or member.name
        return member.name

    def _root_name(self, member: Member) -> str:
        """The root element of a body that is one structure: named by the member, its shape, or the shape's name."""
        target = self._target_traits(member)
        if target is None or self.ast.shape(member.target).type not in ("structure", "union"):
            return member.name
        named = member.traits.text("xmlName", grammar.WIRE) or target.text("xmlName", grammar.WIRE)
        return named or self.renames.get(member.target, name_of(member.target))

    def _member_namespace(self, member: Member, binding: ir.Binding | None) -> ir.XmlNamespace | None:
        found = self._namespace(member)
        is_root = binding is not None and binding.location is Location.PAYLOAD
        if found is None and is_root and self.wire.protocol is Protocol.REST_XML:
            target = None if self._target_traits(member) is None else self.ast.shape(member.target).type
            return self.wire.namespace if target in ("structure", "union") else None
        return found

    def _namespace(self, member: Member) -> ir.XmlNamespace | None:
        """What a member says, or else its target."""
        target = self._target_traits(member)
        return namespace_of(member.traits) or (None if target is None else namespace_of(target))


def _places(is_input: bool, is_answer: bool) -> frozenset[str]:
    """The traits that bind members of a structure to HTTP, where it stands."""
    found: list[str] = []
    if is_input:
        found += _IN_INPUTS
    if is_answer:
        found += _IN_ANSWERS
    if is_input or is_answer:
        found += _IN_BOTH
    return frozenset(found)


def namespace_of(traits: Traits) -> ir.XmlNamespace | None:
    """``{"uri": ..., "prefix": ...}``."""
    node = traits.part("xmlNamespace")
    if node is None:
        return None
    if not node.text("uri"):
        raise GenerationError(f"{node.what} has no uri; add it", node.origin)
    return ir.XmlNamespace(node.text("uri", grammar.NAMESPACE), node.text("prefix", grammar.XML_PREFIX))


def _needed(traits: Traits, name: str, words: re.Pattern[str]) -> str:
    text = traits.text(name, words)
    if not text:
        raise GenerationError(f"{quoted(name)} of {traits.what} is empty; write a name", traits.at(name))
    return text


def _timestamp_format(traits: Traits) -> ir.TimestampFormat | None:
    return _TIMESTAMPS.get(traits.choice("timestampFormat", _TIMESTAMPS))


def _event_part(traits: Traits, target: str) -> ir.EventPart | None:
    if "eventHeader" in traits:
        return ir.EVENT_HEADERS.get(target, ir.EventPart.HEADER)
    return ir.EventPart.PAYLOAD if "eventPayload" in traits else None


def _constraints(traits: Traits, kind: Kind) -> ir.Constraints:
    """What is said of values. A pattern of something that is no string, or a range of one, says nothing."""
    length, numbers = traits.part("length"), traits.part("range")
    is_number = kind not in (Kind.STRING, Kind.ENUM, Kind.BLOB, Kind.LIST, Kind.MAP)
    pattern = visible_pattern(traits.text("pattern"))
    return ir.Constraints(
        length=None if length is None or is_number else _bounds(length),
        range=_bounds(numbers) if numbers is not None and is_number else None,
        pattern=pattern if kind in (Kind.STRING, Kind.ENUM) else "",
    )


def _bounds(node: Node) -> ir.Bounds | None:
    least, most = node.number("min"), node.number("max")
    return None if least is None and most is None else ir.Bounds(least, most)


def _enum_values(shape: Shape) -> tuple[ir.EnumValue, ...]:
    """The values of an enumeration; nothing for any other shape."""
    if shape.type in ("enum", "intEnum"):
        made: Iterable[ir.EnumValue] = [_enum_member(shape, member) for member in shape.members.values()]
    elif "enum" in shape.traits:
        home = shape.traits.homes["smithy.api#enum"]
        made = [
            _enum_entry(node) for node in home.part_items("smithy.api#enum", f"a value of {shape.node.what}")
        ]
    else:
        return ()
    found: dict[str | int, ir.EnumValue] = {}
    for value in made:
        found.setdefault(value.value, value)
    if not found:
        raise GenerationError(f"{shape.node.what} has no values; add one", shape.node.origin)
    return tuple(found.values())


def _enum_member(shape: Shape, member: Member) -> ir.EnumValue:
    value = member.traits.value("enumValue")
    if shape.type == "intEnum":
        if not isinstance(value, int) or isinstance(value, bool):
            raise GenerationError(f"{member.node.what} has no whole number as its value", member.node.origin)
    else:
        value = member.traits.text("enumValue") or member.name
    return _enum_value(value, member.name, member.traits.prose(), member.node)


def _enum_entry(node: Node) -> ir.EnumValue:
    if not node.text("value"):
        raise GenerationError(f"{node.what} has no 'value'; add it", node.origin)
    documentation = prose_of(node.text("documentation"))
    return _enum_value(node.text("value"), node.text("name", grammar.NAME), documentation, node)


def _enum_value(value: str | int, name: str, documentation: str, node: Node) -> ir.EnumValue:
    if isinstance(value, str) and UNPRINTABLE.search(value):
        raise GenerationError(f"{node.what} has an unprintable character", node.origin)
    return ir.EnumValue(
        value=value, name="" if name == value else name, documentation=documentation, origin=node.origin
    )
