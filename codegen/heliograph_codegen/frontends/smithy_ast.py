# SPDX-License-Identifier: Apache-2.0
"""The shapes of a Smithy JSON AST, resolved: what ``apply`` says is at its shape, and mixins are mixed in.

Only what is asked for is resolved. Nothing here recurses: chains of mixins and trees of resources are followed with a
work list, so that no model can exhaust the stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends.c2j_nodes import Node, Notes
from heliograph_codegen.frontends.smithy_traits import PRELUDE, Traits
from heliograph_codegen.ir import Json, Kind
from heliograph_codegen.wording import quoted, suggestion

if TYPE_CHECKING:
    from heliograph_codegen.limits import Limits

UNIT: Final = f"{PRELUDE}Unit"

SIMPLE_TYPES: Final[Mapping[str, Kind]] = {
    "blob": Kind.BLOB,
    "boolean": Kind.BOOLEAN,
    "string": Kind.STRING,
    "byte": Kind.INTEGER,
    "short": Kind.INTEGER,
    "integer": Kind.INTEGER,
    "long": Kind.LONG,
    "float": Kind.FLOAT,
    "double": Kind.DOUBLE,
    "bigInteger": Kind.BIG_INTEGER,
    "bigDecimal": Kind.BIG_DECIMAL,
    "timestamp": Kind.TIMESTAMP,
    "document": Kind.DOCUMENT,
}
BUILT_IN: Final[Mapping[str, Kind]] = {
    **{f"{PRELUDE}{name[0].upper()}{name[1:]}": kind for name, kind in SIMPLE_TYPES.items()},
    **{
        f"{PRELUDE}Primitive{name.capitalize()}": SIMPLE_TYPES[name]
        for name in ("boolean", "byte", "short", "integer", "long", "float", "double")
    },
}
"""The simple shapes of the prelude, which no model writes."""

_SHAPES_OF_MEMBERS = ("enum", "intEnum", "structure", "union")
_ENDS: Final[Mapping[str, tuple[str, ...]]] = {
    "list": ("member",),
    "set": ("member",),
    "map": ("key", "value"),
}
_OTHERS = ("service", "resource", "operation")
_TYPES = (*SIMPLE_TYPES, *_SHAPES_OF_MEMBERS, *_ENDS, *_OTHERS)
_VERSIONS = ("1", "1.0", "2", "2.0")
_KEYS: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(_SHAPES_OF_MEMBERS, frozenset(["members"])),
    **{kind: frozenset(ends) for kind, ends in _ENDS.items()},
    "service": frozenset("version operations resources errors rename".split()),
    "resource": frozenset(
        "identifiers properties create put read update delete list operations collectionOperations "
        "resources".split()
    ),
    "operation": frozenset(["input", "output", "errors"]),
}
_ALWAYS = frozenset(["type", "traits", "mixins"])
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*#[A-Za-z_][A-Za-z0-9_]*(\$[A-Za-z_][A-Za-z0-9_]*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a shape, an element, a key or a value.

    Attributes:
        target: The shape id of what it holds.
        node: Where it is written; of a member that was mixed in, in the mixin.
    """

    name: str
    target: str
    traits: Traits
    node: Node


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape with everything that mixins and ``apply`` give to it.

    Attributes:
        id: Its shape id, such as ``com.example#Thing``.
        type: Its type; ``list`` for what Smithy 1.0 calls a set.
        node: What it says beside traits and members.
        members: In the model's order, those of mixins first.
    """

    id: str
    type: str
    node: Node
    traits: Traits
    members: Mapping[str, Member]

    @property
    def name(self) -> str:
        """Its name without the namespace."""
        return name_of(self.id)


def name_of(shape: str) -> str:
    """The name in a shape id."""
    return shape.partition("#")[2]


class Ast:
    """The shapes of one document, resolved when they are asked for.

    Args:
        document: The parsed document.
        file: What origins call it.
        limits: The caps; ``depth`` bounds chains of mixins too.
        notes: Takes what was passed over.

    Raises:
        GenerationError: it is no Smithy model, or a shape is not what it should be.
    """

    def __init__(self, document: dict[str, Json], file: str, limits: Limits, notes: Notes) -> None:
        self.root = Node(document, file, "", "the model")
        self._limits = limits
        self._notes = notes
        self._nodes: dict[str, Node] = {}
        self._applied: dict[str, Node] = {}
        self._resolved: dict[str, Shape] = {}
        self._members = 0
        self._read_document()

    def _read_document(self) -> None:
        version = self.root.text("smithy")
        if version not in _VERSIONS:
            raise GenerationError(
                f"the version {quoted(version)} of Smithy is not known; known are: {', '.join(_VERSIONS)}",
                self.root.at("smithy"),
            )
        for key in self.root.value.keys() - {"smithy", "shapes", "metadata"}:
            self._notes.add(
                f"the key {quoted(key)} of the model is not known and was passed over", self.root.at(key)
            )
        for name, node in self.root.parts("shapes", "shape"):
            if not _ID.fullmatch(name):
                raise GenerationError(f"{quoted(name)} is no shape id; write namespace#Name", node.origin)
            if node.text("type") == "apply":
                self._applied[name] = node
            elif "$" in name:
                raise GenerationError(f"{quoted(name)} is a member, not a shape", node.origin)
            elif node.text("type") not in _TYPES:
                kind = node.text("type")
                raise GenerationError(
                    f"the type {quoted(kind)} of {node.what} is not known{suggestion(kind, _TYPES)}",
                    node.at("type"),
                )
            else:
                self._nodes[name] = node
        self._limits.check("shapes", len(self._nodes), self.root.origin)
        for name, node in self._applied.items():
            self._known(name.partition("$")[0], node)

    def of_type(self, kind: str) -> list[str]:
        """The ids of all shapes of a type, sorted."""
        return sorted(name for name, node in self._nodes.items() if node.text("type") == kind)

    def target(self, node: Node) -> str:
        """The shape id in ``{"target": ...}``, of a shape that is there or in the prelude."""
        name = node.text("target")
        if not name:
            raise GenerationError(f"{node.what} has no target; add it", node.origin)
        if name != UNIT and name not in BUILT_IN:
            self._known(name, node)
        return name

    def targets(self, node: Node, key: str, what: str) -> list[tuple[str, Node]]:
        """The shape ids in a list of references, each with its reference."""
        return [(self.target(each), each) for each in node.part_items(key, what)]

    def _known(self, name: str, node: Node) -> None:
        if name not in self._nodes:
            raise GenerationError(
                f"{node.what} names the shape {quoted(name)}, which is not there{suggestion(name, self._nodes)}",
                node.origin,
            )

    # --- Resolution ---

    def shape(self, name: str) -> Shape:
        """The shape of this id, which is one of the document's, resolved."""
        way = [name]
        while name not in self._resolved:
            current = way[-1]
            mixins = [mixin for mixin, _ in self.targets(self._nodes[current], "mixins", "a mixin")]
            missing = next((mixin for mixin in mixins if mixin not in self._resolved), None)
            if missing is None:
                self._resolved[current] = self._mixed(current, [self._resolved[mixin] for mixin in mixins])
                way.pop()
                continue
            node = self._nodes[current]
            if missing in way:
                cycle = " -> ".join(map(name_of, [*way[way.index(missing) :], missing]))
                raise GenerationError(f"the mixins {cycle} never end; remove one", node.at("mixins"))
            if missing not in self._nodes:
                raise GenerationError(f"{quoted(missing)} is no mixin", node.at("mixins"))
            way.append(missing)
            self._limits.check("depth", len(way), node.at("mixins"))
        return self._resolved[name]

    def _mixed(self, name: str, mixins: list[Shape]) -> Shape:
        node = self._nodes[name]
        kind = node.text("type")
        for key in node.value.keys() - _ALWAYS - _KEYS.get(kind, frozenset()):
            self._notes.add(
                f"the key {quoted(key)} of a shape of the type {kind} is not known and was passed over",
                node.at(key),
            )
        value: dict[str, Json] = {}
        homes: dict[str, Node] = {}
        members: dict[str, Member] = {}
        for mixin in mixins:
            if mixin.type != node.text("type") or "mixin" not in mixin.traits:
                raise GenerationError(
                    f"{node.what} mixes in {mixin.name}, which is no mixin of the type {kind}",
                    node.at("mixins"),
                )
            _lay_over(value, mixin.node.value)
            homes.update({key: home for key, home in mixin.traits.homes.items() if key not in _local(mixin)})
            members.update(mixin.members)
        _lay_over(value, node.value)
        homes.update(_homes(node))
        self._apply(homes, name, own=_homes(node))
        own = dict(self._own_members(node, kind, members))
        members.update(own)
        for each in [each for each in members.values() if f"{name}${each.name}" in self._applied]:
            given = dict(each.traits.homes)
            self._apply(given, f"{name}${each.name}", own=_homes(each.node) if each.name in own else {})
            members[each.name] = replace(each, traits=replace(each.traits, homes=given))
        self._members += len(members)
        self._limits.check("members", self._members, node.origin)
        return Shape(
            id=name,
            type="list" if kind == "set" else kind,
            node=Node(value, node.file, node.pointer, node.what),
            traits=Traits(homes, node.what, node.origin),
            members=members,
        )

    def _own_members(
        self, owner: Node, kind: str, mixed: Mapping[str, Member]
    ) -> Iterator[tuple[str, Member]]:
        """The members that a shape writes itself; one that a mixin has too adds its traits to those."""
        if kind in _ENDS:
            ends = _ENDS[kind]
            missing = next((end for end in ends if end not in owner and end not in mixed), None)
            if missing is not None:
                raise GenerationError(f"{owner.what} has no '{missing}'; add it", owner.origin)
            nodes = [(end, owner.part(end, f"the {end} of {owner.what}")) for end in ends]
        else:
            nodes = list(owner.parts("members", f"member of {name_of(owner.what)},"))
        for name, node in nodes:
            if node is None:
                continue
            target = self.target(node)
            before = mixed.get(name)
            if before is not None and before.target != target:
                raise GenerationError(
                    f"{node.what} is of another shape than in the mixin; make them the same", node.origin
                )
            homes = {**(before.traits.homes if before is not None else {}), **_homes(node)}
            yield name, Member(name, target, Traits(homes, node.what, node.origin), node)

    def _apply(self, homes: dict[str, Node], name: str, own: Mapping[str, Node]) -> None:
        """Add what ``apply`` says; what the shape itself says differently is a contradiction, but for lists."""
        node = self._applied.get(name)
        for trait, home in _homes(node).items() if node is not None else ():
            said = own.get(trait)
            before, value = (None if said is None else said.value[trait]), home.value[trait]
            if isinstance(before, list) and isinstance(value, list) and before != value:
                home = Node({trait: [*before, *value]}, home.file, home.pointer, home.what)
            elif said is not None and before != value:
                raise GenerationError(
                    f"{quoted(trait)} is said twice, and differently, of {quoted(name)}; keep one",
                    home.at(trait),
                )
            homes[trait] = home

    # --- What a service holds ---

    def service(self, wanted: str | None) -> Shape:
        """The service of this id, or the only one."""
        found = self.of_type("service")
        if wanted is not None:
            if wanted not in found:
                raise GenerationError(
                    f"the model has no service {quoted(wanted)}{suggestion(wanted, found)}", self.root.origin
                )
            return self.shape(wanted)
        if len(found) != 1:
            names = ", ".join(found) or "none"
            raise GenerationError(
                f"the model has {len(found)} services, not one: {names}; "
                + ("choose one with --service" if found else "give a model that has one"),
                self.root.origin,
            )
        return self.shape(found[0])

    def operations(self, service: Shape) -> dict[str, Shape]:
        """The operations of a service by name, those of its resources included."""
        found: dict[str, Shape] = {}
        waiting = [service]
        seen = {service.id}
        while waiting:
            holder = waiting.pop()
            holder.traits.check(holder.type, self._notes)
            for name, node in self._held(holder):
                if name in seen:
                    continue
                seen.add(name)
                shape = self._held_shape(name, node)
                if shape.type == "resource":
                    waiting.append(shape)
                    continue
                other = found.setdefault(shape.name, shape)
                if other is not shape:
                    raise GenerationError(
                        f"the service has two operations {shape.name}: {other.id} and {shape.id}; remove one",
                        shape.node.origin,
                    )
        self._limits.check("operations", len(found), service.node.origin)
        return dict(sorted(found.items()))

    def _held(self, holder: Shape) -> Iterator[tuple[str, Node]]:
        """What a service or resource names: operations and resources."""
        node = holder.node
        for key in ("operations", "collectionOperations", "resources"):
            yield from self.targets(node, key, f"an entry of '{key}' of {node.what}")
        for key in ("create", "put", "read", "update", "delete", "list"):
            part = node.part(key) if holder.type == "resource" else None
            if part is not None:
                yield self.target(part), part

    def _held_shape(self, name: str, node: Node) -> Shape:
        kind = self._nodes[name].text("type") if name in self._nodes else "simple shape"
        if kind not in ("operation", "resource"):
            raise GenerationError(f"{node.what} names {quoted(name)}, which is a {kind}", node.origin)
        return self.shape(name)


def _homes(node: Node) -> dict[str, Node]:
    """The traits that stand at a shape or member, each with the object it stands in."""
    if "traits" not in node:
        return {}
    home = node.part("traits", node.what)
    return {} if home is None else dict.fromkeys(home.value, home)


def _local(mixin: Shape) -> frozenset[str]:
    """The traits of a mixin that stay with it."""
    part = mixin.traits.part("mixin")
    listed = () if part is None else part.texts("localTraits")
    return frozenset([f"{PRELUDE}mixin", *listed])


def _lay_over(base: dict[str, Json], over: Mapping[str, Json]) -> None:
    """What a shape says beside traits and members, over what its mixins say: lists go on, objects are joined."""
    for key, value in over.items():
        before = base.get(key)
        if key in ("members", "traits", "mixins"):
            continue
        if isinstance(before, list) and isinstance(value, list):
            base[key] = [*before, *value]
        elif isinstance(before, dict) and isinstance(value, dict):
            base[key] = {**before, **value}
        else:
            base[key] = value
