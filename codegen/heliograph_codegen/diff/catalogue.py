# SPDX-License-Identifier: Apache-2.0
"""All rules: their ids, which never change their meaning, how grave they are, and what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Severity(StrEnum):
    """How grave a change is, the gravest first."""

    BREAKING = "breaking"
    RISKY = "risky"
    ADDITION = "addition"
    NOTE = "note"


class Bump(StrEnum):
    """What of a version a change asks to be raised, the greatest first; nothing where nothing changed."""

    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"
    NONE = "none"


BUMPS: Final[Mapping[Severity, Bump]] = MappingProxyType(
    {
        Severity.BREAKING: Bump.MAJOR,
        Severity.RISKY: Bump.MINOR,
        Severity.ADDITION: Bump.MINOR,
        Severity.NOTE: Bump.PATCH,
    }
)
"""What each severity asks for."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One sort of change.

    Attributes:
        id: Stable. ``SOURCE-...`` touches code that calls the client, ``WIRE-...`` what goes over the wire,
            ``ADDED-...`` is new and in nobody's way, ``NOTE-...`` is for the reader.
        meaning: One sentence.
    """

    id: str
    severity: Severity
    meaning: str


_BREAKING = {
    "SOURCE-SERVICE-RENAMED": "The service has another id, after which the client's classes are named.",
    "SOURCE-CLIENT-PARAM-REMOVED": "A parameter of the endpoint rules can no longer be given to the client.",
    "SOURCE-CLIENT-PARAM-TYPE": "A parameter of the endpoint rules has another type.",
    "SOURCE-OPERATION-REMOVED": "An operation is gone, and its method with it.",
    "SOURCE-OPERATION-RENAMED": "An operation is gone, and one that takes and answers the same has come.",
    "SOURCE-INPUT-REMOVED": "An operation takes nothing any more.",
    "SOURCE-OUTPUT-REMOVED": "An operation answers nothing any more.",
    "SOURCE-POSITIONAL-CHANGED": "Arguments given by position would land elsewhere.",
    "SOURCE-PAGINATOR-REMOVED": "An operation's pages can no longer be walked.",
    "SOURCE-PAGINATOR-RESULTS": "A paginator yields something else.",
    "SOURCE-WAITER-REMOVED": "A waiter is gone.",
    "SOURCE-CLASS-REMOVED": "A class or alias of the package is gone.",
    "SOURCE-CLASS-RENAMED": "A class or alias of the package has another name.",
    "SOURCE-CLASS-REPLACED": "A value is of another class, which is not the old one renamed.",
    "SOURCE-MEMBER-REMOVED": "A member that callers give or read is gone.",
    "SOURCE-MEMBER-RENAMED": "A member has another name, and the same place on the wire.",
    "SOURCE-MEMBER-REQUIRED": "A member that callers could leave out must be given.",
    "SOURCE-REQUIRED-MEMBER-ADDED": "There is a new member, and it must be given.",
    "SOURCE-MEMBER-MAY-BE-ABSENT": "A member that was always there in an answer may be None.",
    "SOURCE-TYPE-CHANGED": "A value has another type in Python.",
    "SOURCE-STREAMING-CHANGED": "A body is streamed that was not, or the other way round.",
    "SOURCE-EVENT-STREAM-CHANGED": "A union has become a stream of events, or the other way round.",
    "SOURCE-JSON-VALUE-CHANGED": "A string is read as JSON that was not, or the other way round.",
    "SOURCE-SPARSE-CHANGED": "Entries of a list or map may be None that were not, or the other way round.",
    "WIRE-PROTOCOL": "The service is spoken to in another protocol.",
    "WIRE-VERSION": "Requests name another version of the interface.",
    "WIRE-SIGNING-NAME": "Requests are signed for another name.",
    "WIRE-AUTH": "Requests prove in another way who sends them, or one of the ways is gone.",
    "WIRE-ENDPOINT": "Requests go to other hosts.",
    "WIRE-TARGET-PREFIX": "Requests name the service in another way.",
    "WIRE-JSON-VERSION": "Requests are of another version of JSON's protocol.",
    "WIRE-QUERY-COMPATIBLE": "Error codes are read in another way.",
    "WIRE-OPERATION-NAME": "Requests of a renamed operation name it differently.",
    "WIRE-METHOD": "Requests of an operation have another HTTP method.",
    "WIRE-PATH": "Requests of an operation have another path or constant query.",
    "WIRE-HEADERS": "Requests of an operation carry other constant headers.",
    "WIRE-HOST-PREFIX": "Requests of an operation go to another host.",
    "WIRE-BODY-ELEMENT": "The root element of a request's body has another name or namespace.",
    "WIRE-RESULT-WRAPPER": "The element around an answer has another name.",
    "WIRE-MEMBER-NAME": "A member has another name on the wire.",
    "WIRE-MEMBER-MOVED": "A member travels in another place.",
    "WIRE-TIMESTAMP-FORMAT": "A timestamp is written in another format.",
    "WIRE-FLATTENED": "Entries stand side by side that did not, or the other way round.",
    "WIRE-ENTRY-NAME": "Entries of a list or map have other names on the wire.",
    "WIRE-XML-NAMESPACE": "An element declares another namespace.",
    "WIRE-TYPE-CHANGED": "A value has another type on the wire.",
    "WIRE-ERROR-CODE": "An error has another code on the wire.",
}
_RISKY = {
    "SOURCE-ERROR-UNLISTED": "An operation no longer lists an error that callers may handle.",
    "SOURCE-WAITER-CHANGED": "A waiter decides differently.",
    "SOURCE-SECRET-UNMARKED": "A value that was redacted shows in repr and logs.",
    "SOURCE-DEFAULT-CHANGED": "The service assumes something else where a member is left out.",
    "WIRE-STATUS": "An operation succeeds with another HTTP status.",
    "WIRE-HTTP2": "The service takes other things over HTTP/2.",
    "WIRE-ENDPOINT-RULES": "The rules that find the endpoint are others.",
    "WIRE-ENDPOINT-PARAMS": "An operation gives other parameters to the endpoint rules.",
    "WIRE-ENDPOINT-DISCOVERY": "Where an operation is answered is found in another way.",
    "WIRE-UNSIGNED-PAYLOAD": "The signature covers a body that it did not, or the other way round.",
    "WIRE-CUSTOMISATION": "What is done besides what the model says is another thing.",
    "WIRE-CHECKSUM": "An operation's bodies carry other checksums.",
    "WIRE-COMPRESSION": "An operation's bodies are compressed in another way.",
    "WIRE-REQUIRES-LENGTH": "The length of a streamed body must be known, or need not be any more.",
    "WIRE-PAGINATOR-TOKENS": "The next page is asked for in another way.",
    "WIRE-IDEMPOTENCY-TOKEN": "A member is no longer filled by the client: retries are told from new calls by callers.",
    "WIRE-CONSTRAINT-NARROWED": "The service may refuse what it took before.",
    "WIRE-ENUM-VALUE-REMOVED": "The service may refuse, or no longer sends, a value it knew.",
    "WIRE-MEDIA-TYPE": "A value is said to hold something else: its content type, or its form in a header, is another.",
    "WIRE-ERROR-STATUS": "An error has another HTTP status.",
    "WIRE-RETRYABLE": "An error is retried that was not, or the other way round.",
}
_ADDITION = {
    "ADDED-OPERATION": "There is a new operation.",
    "ADDED-INPUT": "An operation that took nothing takes something, and none of it is required.",
    "ADDED-OUTPUT": "An operation that answered nothing answers something.",
    "ADDED-MEMBER": "There is a new member that may be left out, or that only answers have.",
    "ADDED-OPTIONAL": "A member that had to be given may be left out.",
    "ADDED-ALWAYS-PRESENT": "A member of an answer that could be absent is always there.",
    "ADDED-POSITIONAL": "More arguments may be given by position.",
    "ADDED-ENUM-VALUE": "An enumeration knows one more value.",
    "ADDED-ERROR": "An operation lists one more error.",
    "ADDED-PAGINATOR": "An operation's pages can be walked.",
    "ADDED-WAITER": "There is a new waiter.",
    "ADDED-CLIENT-PARAM": "One more parameter of the endpoint rules can be given to the client.",
    "ADDED-AUTH": "There is one more way to prove who sends a request.",
    "ADDED-IDEMPOTENCY-TOKEN": "A member is filled by the client where callers leave it out.",
    "ADDED-DEPRECATION": "Something should not be used any more.",
}
_NOTE = {
    "NOTE-DOCUMENTATION": "A text for the reader is another.",
    "NOTE-EXAMPLES": "An operation has other examples.",
    "NOTE-DEPRECATION": "A deprecation is gone, or says something else.",
    "NOTE-VERSION": "The version of the interface is another, and no request names it.",
    "NOTE-PROTOCOLS": "The service speaks other protocols, but the client's is the same.",
    "NOTE-KIND": "A value has another kind in the model, and the same type in Python and on the wire.",
    "NOTE-CONSTRAINT": "Sizes or patterns are others, and refuse nothing that was taken before.",
    "NOTE-SECRET-MARKED": "A value is redacted that was not.",
    "NOTE-ENUM-VALUE-NAME": "A value of an enumeration has another name in the model.",
    "NOTE-ALWAYS-EMPTY": "A list or map that was always there in an answer may be absent, and is then empty.",
    "NOTE-READ-TIMEOUT": "Clients wait longer, or less long, for an operation's answer.",
    "NOTE-IDEMPOTENT": "The model says something else of whether a call changes anything, or may be repeated.",
    "NOTE-RETRIES": "Calls are retried more or less often, or sooner or later.",
    "NOTE-FAULT": "Another side is at fault for an error.",
    "NOTE-PAGINATOR": "What is equal in all pages, or how their size is asked for, is another.",
    "NOTE-WAITER-PACE": "A waiter waits longer, or less long.",
    "NOTE-OTHER": "The models differ in nothing that callers or the service see, such as names of inner shapes.",
}

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        name: Rule(name, severity, meaning)
        for severity, rules in (
            (Severity.BREAKING, _BREAKING),
            (Severity.RISKY, _RISKY),
            (Severity.ADDITION, _ADDITION),
            (Severity.NOTE, _NOTE),
        )
        for name, meaning in rules.items()
    }
)
"""The rules by id, the gravest first."""
