# SPDX-License-Identifier: Apache-2.0
"""Which traits of a Smithy model say something of calls, and where; which do not; and how their values are read.

A trait is looked for in the place where it is written (:data:`READ`). One that changes what goes over the wire, in a
place where it is not read, is an error; one that only describes or belongs to other tools (:data:`WITHOUT_EFFECT`,
:data:`TOOLING`) is passed over in silence; all others are passed over with a warning that names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heliograph_codegen import ir
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends.c2j_docs import prose
from heliograph_codegen.wording import quoted

if TYPE_CHECKING:
    from heliograph_codegen.frontends.c2j_nodes import Node, Notes
    from heliograph_codegen.ir import Json, Origin

PRELUDE: Final = "smithy.api#"


def _ids(words: str) -> frozenset[str]:
    """Shape ids of traits; a name without a namespace is of the prelude."""
    return frozenset(word if "#" in word else PRELUDE + word for word in words.split())


_PEOPLE = "documentation deprecated"
_LIMITS = "length pattern range"
_XML = "xmlName xmlNamespace"
_SIMPLE = f"{_PEOPLE} sensitive xmlNamespace"
_AGGREGATE = f"{_PEOPLE} sensitive length sparse xmlNamespace"
_ENTRY = f"documentation timestampFormat {_XML}"
_ANY_MEMBER = (
    f"{_PEOPLE} {_LIMITS} {_XML} jsonName sensitive timestampFormat xmlFlattened aws.protocols#ec2QueryName"
)

READ: Final[Mapping[str, frozenset[str]]] = {
    "service": _ids(
        f"{_PEOPLE} auth httpBearerAuth paginated xmlNamespace aws.api#clientEndpointDiscovery aws.api#service "
        "aws.auth#sigv4 aws.auth#sigv4a aws.protocols#awsJson1_0 aws.protocols#awsJson1_1 aws.protocols#awsQuery "
        "aws.protocols#awsQueryCompatible aws.protocols#ec2Query aws.protocols#restJson1 aws.protocols#restXml "
        "smithy.protocols#rpcv2Cbor smithy.protocols#rpcv2Json smithy.rules#clientContextParams "
        "smithy.rules#endpointRuleSet"
    ),
    "resource": frozenset(),
    "operation": _ids(
        f"{_PEOPLE} auth endpoint examples http httpChecksumRequired idempotent longPoll optionalAuth paginated "
        "readonly requestCompression aws.api#clientDiscoveredEndpoint aws.api#longPoll aws.auth#unsignedPayload "
        "aws.protocols#httpChecksum smithy.rules#operationContextParams smithy.rules#staticContextParams "
        "smithy.waiters#waitable"
    ),
    "boolean": _ids(_SIMPLE),
    "number": _ids(f"{_SIMPLE} range"),
    "string": _ids(f"{_SIMPLE} enum length mediaType pattern"),
    "blob": _ids(f"{_SIMPLE} length mediaType requiresLength streaming"),
    "timestamp": _ids(f"{_SIMPLE} timestampFormat"),
    "document": _ids(_SIMPLE),
    "enum": _ids(f"{_SIMPLE} length pattern"),
    "intEnum": _ids(f"{_SIMPLE} range"),
    "list": _ids(_AGGREGATE),
    "map": _ids(_AGGREGATE),
    "structure": _ids(f"{_PEOPLE} {_XML} error httpError retryable sensitive aws.protocols#awsQueryError"),
    "union": _ids(f"{_PEOPLE} {_XML} sensitive streaming"),
    "member of a structure": _ids(
        f"{_ANY_MEMBER} default eventHeader eventPayload hostLabel httpHeader httpLabel httpPayload "
        "httpPrefixHeaders httpQuery httpQueryParams httpResponseCode idempotencyToken required xmlAttribute "
        "smithy.rules#contextParam"
    ),
    "member of a union": _ids(_ANY_MEMBER),
    "member of a list": _ids(_ENTRY),
    "key or value of a map": _ids(_ENTRY),
    "value of an enumeration": _ids("documentation enumValue"),
}
"""Traits that are read, by the sort of thing they stand at."""

WITHOUT_EFFECT: Final = _ids(
    "addedDefault box clientOptional cors dataExamples default externalDocumentation idRef input internal mixin "
    "nestedProperties noReplace notProperty output private property protocolDefinition authDefinition recommended "
    "references resourceIdentifier since suppress tags title trait traitValidators unitType uniqueItems unstable "
    "aws.api#arn aws.api#arnReference aws.api#controlPlane aws.api#data aws.api#dataPlane aws.api#tagEnabled "
    "aws.api#taggable aws.customizations#s3UnwrappedXmlOutput smithy.rules#endpointTests"
)
"""Traits that describe, or that other tools read. A ``default`` of a shape is said again by its members, and what
``s3UnwrappedXmlOutput`` says of one operation of S3 is the customisation ``s3-bucket-location``."""

TOOLING: Final = (
    *("aws.apigateway#", "aws.cloudformation#", "aws.endpoints#", "aws.iam#", "aws.tagging#", "smithy.ai#"),
    *("smithy.contracts#", "smithy.framework#", "smithy.jsonschema#", "smithy.mqtt#", "smithy.openapi#"),
    "smithy.test#",
)
"""Namespaces of traits that never reach a client."""

_FOR_PEOPLE = _ids(f"{_PEOPLE} {_LIMITS} sensitive aws.api#service")

WIRE_TRAITS: Final = (
    frozenset[str]().union(*READ.values())
    | _ids("aws.api#clientEndpointDiscoveryId smithy.rules#endpointBdd")
) - (_FOR_PEOPLE | WITHOUT_EFFECT)
"""Traits that change what goes over the wire: one in a place where it is not read is an error, not a word."""

_BLANK_LINE = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True, slots=True)
class Traits:
    """The traits of a shape or member.

    Attributes:
        homes: By the trait's shape id, the object of traits in which it is written: mixins and ``apply`` write
            traits elsewhere than at the shape.
        what: What they are the traits of.
        origin: Where that stands.
    """

    homes: Mapping[str, Node]
    what: str
    origin: Origin

    def __contains__(self, name: str) -> bool:
        return _full(name) in self.homes

    def __iter__(self) -> Iterator[str]:
        return iter(self.homes)

    def at(self, name: str) -> Origin:
        """Where a trait stands; the shape or member itself where it is not there."""
        home = self.homes.get(_full(name))
        return self.origin if home is None else home.at(_full(name))

    def value(self, name: str) -> Json:
        """A trait's value; None when it is absent."""
        home = self.homes.get(_full(name))
        return None if home is None else home.value[_full(name)]

    def text(self, name: str, words: re.Pattern[str] | None = None) -> str:
        """A trait that is a text; empty when it is absent. ``words`` must match all of it."""
        home = self.homes.get(_full(name))
        return "" if home is None else home.text(_full(name), words)

    def texts(self, name: str) -> tuple[str, ...]:
        """A trait that is a list of texts; empty when it is absent."""
        home = self.homes.get(_full(name))
        return () if home is None else home.texts(_full(name))

    def part(self, name: str) -> Node | None:
        """A trait that is an object; None when it is absent."""
        home = self.homes.get(_full(name))
        return None if home is None else home.part(_full(name), f"{quoted(_full(name))} of {self.what}")

    def parts(self, name: str, what: str) -> Iterator[tuple[str, Node]]:
        """The entries of a trait that is an object of objects; nothing when it is absent."""
        home = self.homes.get(_full(name))
        return iter(()) if home is None else home.parts(_full(name), what)

    def integer(self, name: str, allowed: range) -> int | None:
        """A trait that is an integer within ``allowed``; None when it is absent."""
        home = self.homes.get(_full(name))
        return None if home is None else home.integer(_full(name), allowed)

    def choice(self, name: str, known: Mapping[str, object]) -> str:
        """A trait that is one of ``known``; empty when it is absent."""
        home = self.homes.get(_full(name))
        return "" if home is None else home.choice(_full(name), known)

    def prose(self) -> str:
        """The documentation: CommonMark, which may hold HTML, as plain blocks."""
        return prose_of(self.text("documentation"))

    def deprecated(self) -> ir.Deprecated | None:
        node = self.part("deprecated")
        return None if node is None else deprecated_of(node)

    def sensitive(self) -> ir.Sensitive | None:
        return ir.Sensitive() if "sensitive" in self else None

    def check(self, place: str, notes: Notes) -> None:
        """Refuse traits of the wire in a place where they are not read, and note those that are not known."""
        for name in self.homes.keys() - READ[place] - WITHOUT_EFFECT:
            if name in WIRE_TRAITS:
                raise GenerationError(
                    f"the generator cannot make {quoted(name)} on {self.what}, {_a(place)}, yet",
                    self.at(name),
                )
            if not name.startswith(TOOLING):
                known = "is not read" if name in _FOR_PEOPLE else "is not known"
                notes.add(
                    f"the trait {quoted(name)} of {_a(place)} {known} and was passed over", self.at(name)
                )


def prose_of(text: str) -> str:
    """CommonMark, which may hold HTML, as plain blocks."""
    if "<" in text:
        return prose(text)
    return "\n\n".join(filter(None, map(prose, _BLANK_LINE.split(text))))


def deprecated_of(node: Node) -> ir.Deprecated:
    """What a ``deprecated`` trait says."""
    return ir.Deprecated(prose(node.text("message")), prose(node.text("since")))


def _full(name: str) -> str:
    return name if "#" in name else PRELUDE + name


def _a(place: str) -> str:
    return f"an {place}" if place[0] in "aeio" else f"a {place}"
