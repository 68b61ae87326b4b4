# SPDX-License-Identifier: Apache-2.0
"""XML bodies, both ways, as plain Python values (Smithy, "XML bindings"; restXml, awsQuery, ec2Query).

What an element holds stands for it:

    <A>text</A>                            {"A": "text"}           blanks are kept, an empty element is ""
    <A><B>1</B><C>2</C></A>                {"A": {"B": "1", "C": "2"}}
    <A>1</A><A>2</A>                       {"A": ["1", "2"]}
    <A x:kind="k"><B>1</B></A>             {"A": {"@kind": "k", "B": "1"}}

Read names have no namespace prefix and namespaces are not told apart; written ones stand as given, ``@xmlns:x`` and
``@x:kind`` too. So a structure is a dict, a wrapped list ``{"member": [...]}``, a wrapped map
``{"entry": [{"key": ..., "value": ...}]}``, and flat ones are the lists in these. The empty structure, list and map
are read as ``""``, like the empty string: which of them it is, its reader knows. An element that holds both elements
and text is read without the text.

:mod:`heliograph.wire.query` writes the same values as forms.
"""

from __future__ import annotations

from ..errors import ParamError, ResponseError, printable
from ..redaction import server_text
from ..structure import ABSENT_LIST, ABSENT_MAP
from ..timestamps import parse, parse_any
from .checks import each_value
from .json import NO_NAMES, read_union
from .rest_json import message_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeVar

    from ..http import WireResponse

    T = TypeVar("T")

MAX_DEPTH = 128
"""How deep the elements of an answer may nest."""

_TEXT = "#"
"""The key of the text of a written element that has attributes too."""

_BLANKS = " \t\r\n"
_ESCAPES = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "\t": "&#x9;",
        "\n": "&#xA;",
        "\r": "&#xD;",
        "\x85": "&#x85;",
        "\u2028": "&#x2028;",
        **{chr(code): "\0" for code in (*range(32), 0xFFFE, 0xFFFF) if chr(code) not in "\t\n\r"},
    }
)
"""Line ends are escaped, since a reader may turn one kind into another; ``\\0`` marks what XML has no form for."""


# Reading


def xml_value(response: WireResponse) -> Any:
    """What the root element of a body holds; ``None`` where the body is empty.

    Raises:
        ResponseError: the body is not XML in UTF-8, has a document type declaration, or nests deeper than
            :data:`MAX_DEPTH`. The text says where, not what the body holds.
    """
    return _root(response)[1] if response.body else None


def xml_result(response: WireResponse, wrapper: str) -> Any:
    """What the element of that name below the root holds, where awsQuery has the output.

    Raises:
        ResponseError: there is none, or the body is not as :func:`xml_value` wants it.
    """
    root = xml_value(response)
    if root.__class__ is not dict or wrapper not in root:
        raise ResponseError(f"the answer has no {wrapper}")
    return root[wrapper]


def _root(response: WireResponse) -> tuple[str, Any]:
    """The name of the root element, and what it holds."""
    # pyexpat itself: ElementTree takes ten times as long to import, as long to parse, and twice as long to read.
    from xml.parsers.expat import ExpatError, ParserCreate

    parser = ParserCreate("utf-8")
    parser.buffer_text = True
    holder: dict[str, Any] = {}  # what the element that is open holds, but for its text
    texts: list[str] = []
    open_elements: list[tuple[dict[str, Any], Mapping[str, str]]] = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal holder
        if len(open_elements) >= MAX_DEPTH:
            raise ResponseError(f"the answer nests elements deeper than {MAX_DEPTH} levels")
        open_elements.append((holder, attributes))
        holder = {}
        texts.clear()

    def end(name: str) -> None:
        nonlocal holder
        value: Any = holder or "".join(texts)
        texts.clear()
        holder, attributes = open_elements.pop()
        if attributes:
            value = _with_attributes(value, attributes)
        if ":" in name:
            name = name.rpartition(":")[2]
        if name not in holder:
            holder[name] = value
        elif holder[name].__class__ is list:
            holder[name].append(value)
        else:
            holder[name] = [holder[name], value]

    def doctype(*_: object) -> None:
        raise ResponseError("the answer has a document type declaration, which is refused")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = texts.append
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(response.body, True)
    except (ExpatError, LookupError, ValueError) as error:
        raise ResponseError(f"the answer is not XML: {_why(error, response)}") from error
    return next(iter(holder.items()))


def _with_attributes(value: Any, attributes: Mapping[str, str]) -> Any:
    """A structure with its attributes; what is but text goes without. XML's own, such as ``xmlns``, say nothing."""
    if value.__class__ is str and value.strip(_BLANKS):
        return value
    told = {
        f"@{name.rpartition(':')[2]}": text for name, text in attributes.items() if not name.startswith("xml")
    }
    return {**told, **fields(value)} if told else value


def _why(error: Exception, response: WireResponse) -> str:
    kind = response.headers.get("content-type", "no content type")
    line = getattr(error, "lineno", None)
    where = "" if line is None else f" in line {line}"
    return printable(f"{type(error).__name__}{where} of {len(response.body)} bytes ({kind})", 200)


def fields(value: Any) -> Mapping[str, Any]:
    """What the elements and attributes of a structure hold, by name; nothing for an empty or absent one."""
    if value.__class__ is dict:
        members: dict[str, Any] = value
        return members
    if value is None or (value.__class__ is str and not value.strip(_BLANKS)):
        return ABSENT_MAP
    raise TypeError(f"expected elements, got {'text' if value.__class__ is str else 'several elements'}")


def read_wrapped_list(value: Any, read: Callable[[Any], T]) -> Sequence[T]:
    """Each item of a list that has an element around it. The items' own names say nothing."""
    return ABSENT_LIST if value is None else [read(item) for item in _items(value)]


def read_flat_list(value: Any, read: Callable[[Any], T]) -> Sequence[T]:
    """Each item of a list whose elements stand beside the other members."""
    return ABSENT_LIST if value is None else [read(item) for item in _several(value)]


def read_wrapped_texts(value: Any) -> Sequence[Any]:
    """Each item of a list of texts that has an element around it."""
    return ABSENT_LIST if value is None else _items(value)


def read_flat_texts(value: Any) -> Sequence[Any]:
    """Each item of a list of texts whose elements stand beside the other members."""
    return ABSENT_LIST if value is None else _several(value)


def read_wrapped_map(value: Any, key: str, item: str, read: Callable[[Any], T]) -> Mapping[str, T]:
    """Each value of a map that has an element around it.

    Arguments:
        value: what that element holds.
        key: the name of the element that holds a key.
        item: the name of the element that holds a value.
        read: makes a value of what the latter holds.
    """
    return ABSENT_MAP if value is None else _entries(_items(value), key, item, read)


def read_flat_map(value: Any, key: str, item: str, read: Callable[[Any], T]) -> Mapping[str, T]:
    """Each value of a map whose entries stand beside the other members; the rest as for a wrapped one."""
    return ABSENT_MAP if value is None else _entries(_several(value), key, item, read)


def _several(value: Any) -> list[Any]:
    """What elements of one name hold, however many there are."""
    return value if value.__class__ is list else [value]


def _items(value: Any) -> list[Any]:
    """What the elements of a structure hold, in the order of their names' first appearance."""
    found: list[Any] = []
    for name, held in fields(value).items():
        if name[0] != "@":
            found += _several(held)
    return found


def _entries(entries: list[Any], key: str, item: str, read: Callable[[Any], T]) -> dict[str, T]:
    """Keys and values of entries; one without a value is dropped, as a null is."""
    pairs = [(fields(entry), entry) for entry in entries]
    for members, _ in pairs:
        if members.get(key).__class__ is not str:
            raise ValueError(f"a map has an entry without a {key}")
    return {members[key]: read(members[item]) for members, _ in pairs if item in members}


def read_element_union(
    value: Any, readers: Mapping[str, Callable[[Any], Any]], names: Mapping[str, str] = NO_NAMES
) -> dict[str, Any] | None:
    """The one member of a union that is there; as :func:`heliograph.wire.json.read_union`, by element names."""
    if value is None:
        return None
    return read_union({name: held for name, held in fields(value).items() if name[0] != "@"}, readers, names)


def read_timestamp_text(text: str | None) -> Any:
    """A datetime from any of the three text forms: services send all of them."""
    if text is None:
        return None
    if text[4:5] == "-":
        return parse(text, "date-time")
    if text.lstrip("-").replace(".", "", 1).isdecimal():
        return parse(text, "epoch-seconds")
    return parse_any(text)


def read_xml_error(response: WireResponse) -> tuple[str, str | None, Mapping[str, Any]]:
    """Code, message and members of an error answer of any protocol that answers in XML.

    The error stands in ``Error``, which is the root (restXml without a wrapper), below ``ErrorResponse`` (restXml,
    awsQuery), or below ``Response`` and ``Errors`` (ec2Query). An answer without it, such as a proxy's page or one to
    HEAD, goes by its HTTP status. The members are what the ``Error`` element holds, in the form of this module.
    """
    members = _error_members(response)
    said: object = message_of(members) if members else _text_of(response)
    code: Any = members.get("Code")
    if code.__class__ is not str or not code.strip(_BLANKS):
        code = str(response.status)
    return (
        printable(code.strip(_BLANKS), 128),
        server_text(said, 1024 if members else 200) if isinstance(said, str) and said else None,
        members,
    )


def request_id_in(response: WireResponse) -> str | None:
    """The request's id in an answer in XML: below the root, in its metadata or in its error; ``None`` without any."""
    try:
        root = fields(_root(response)[1])
        for holder in (root, fields(root.get("ResponseMetadata")), fields(root.get("Error"))):
            for name in ("RequestId", "RequestID", "requestId"):
                if holder.get(name).__class__ is str:
                    found: str = holder[name]
                    return found.strip(_BLANKS)
    except (ResponseError, TypeError):
        pass
    return None


def _text_of(response: WireResponse) -> str:
    """The text of an answer that is not XML; the phrase of its status where there is none."""
    if response.body:
        return response.body[:1024].decode("utf-8", "replace")
    from http import HTTPStatus  # with the first such answer, not with the client

    try:
        return HTTPStatus(response.status).phrase
    except ValueError:
        return ""


def _error_members(response: WireResponse) -> Mapping[str, Any]:
    """What the element of the first error holds; nothing where there is none."""
    try:
        name, value = _root(response)
        root = fields(value)
        error = root if name == "Error" else root.get("Error") or fields(root.get("Errors")).get("Error")
        return fields(_several(error)[0])
    except (ResponseError, TypeError):
        return ABSENT_MAP


# Writing: each function gives what stands for an element; wire.http and wire.json write what is but text


def each_entry(
    write: Callable[[Any, str], T], values: Any, name: str, key: str = "key", item: str = "value"
) -> list[dict[str, str | T]]:
    """The entries of a map, as they stand in a flat one; below ``entry`` they make a wrapped one.

    Arguments:
        write: writes a value.
        values: the map; keys are strings.
        name: the member's wire name, for the error.
        key: the name of the element that holds a key.
        item: the name of the element that holds a value.
    """
    return [{key: text, item: value} for text, value in each_value(write, values, name).items()]


def with_attribute(value: Any, name: str, text: str) -> dict[str, Any]:
    """What stands for an element, with an attribute: ``xmlns``, ``xmlns:prefix`` or another."""
    return {f"@{name}": text, **(value if value.__class__ is dict else {_TEXT: value})}


def xml_body(name: str, value: Any) -> bytes:
    """The body whose root element has that name and holds ``value``.

    Raises:
        ParamError: a text has a character that XML has no form for: a control character or half a surrogate pair.
    """
    parts: list[str] = []
    _write(name, value, parts)
    try:
        return "".join(parts).encode()
    except UnicodeEncodeError as error:
        raise ParamError("holds half of a surrogate pair, which UTF-8 cannot carry", name) from error


def _write(name: str, value: Any, parts: list[str]) -> None:
    if value.__class__ is not dict:
        parts += ("<", name, ">", _escaped(value, name), "</", name, ">")
        return
    members: dict[str, Any] = value
    parts += ("<", name)
    for key, held in members.items():
        if key[0] == "@":
            parts += (" ", key[1:], '="', _escaped(held, key[1:]), '"')
    parts.append(">")
    for key, held in members.items():
        if key == _TEXT:
            parts.append(_escaped(held, name))
        elif key[0] != "@":
            for one in _several(held):
                _write(key, one, parts)
    parts += ("</", name, ">")


def _escaped(value: Any, name: str) -> str:
    """Text as it stands in XML; with checks off it may be anything, and nothing at all is empty."""
    text = value if isinstance(value, str) else "" if value is None else str(value)
    escaped = text.translate(_ESCAPES)
    if "\0" in escaped:
        raise ParamError("holds a control character, which XML has no form for; remove it", name)
    return escaped
