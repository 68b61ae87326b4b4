# SPDX-License-Identifier: Apache-2.0
"""XML bodies: those of restXml, and the answers of awsQuery and ec2Query.

What the expressions build and take apart is described in :mod:`heliograph.wire.xml`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator

from heliograph_codegen import ir
from heliograph_codegen.ir import Kind, TimestampFormat
from heliograph_codegen.pyview.codec.bindings import TEXT_STEMS, TEXT_TIMESTAMPS
from heliograph_codegen.pyview.codec.body import BodyCodec, timestamp_format
from heliograph_codegen.text import Code, Ident, Lit, code, py_str

XML_TYPE = "application/xml"
STRINGS: frozenset[str | bytes] = frozenset(
    {XML_TYPE, "content-type", "entry", "key", "member", "value", "xmlns", b""}
)

RUNTIME_NAMES = frozenset(
    """
    as_is blob boolean_text date_time_text decimal_text each each_entry epoch_text fields floating_text
    http_date_text integer_text members_of nested one_member optional read_blob read_boolean_text read_decimal_text
    read_element_union read_flat_list read_flat_map read_flat_texts read_floating_text read_integer_text
    read_timestamp_text read_wrapped_list read_wrapped_map read_wrapped_texts read_xml_error required text
    with_attribute xml_body xml_result xml_value
    """.split()
)


class ElementCodec(BodyCodec):
    """What the protocols that answer in XML have in common: reading, and simple values as text."""

    READ = "xml"
    READ_ERROR = "read_xml_error"
    OPENED = Code("fields(data)")
    READ_UNION = "read_element_union"

    # Whole messages

    def response_body(self, operation: ir.Operation) -> Code:
        return Code("fields(xml_value(response))")

    def read_payload(self) -> Code:
        return Code("xml_value(response)")

    def payload_type(self) -> Lit:
        return py_str(XML_TYPE)

    # What is written

    @abstractmethod
    def list_of(self, shape: ir.ListShape, items: Code, *, flattened: bool) -> Code:
        """What stands for a list whose written items are ``items``."""

    def map_of(self, shape: ir.MapShape, entries: Code, *, flattened: bool) -> Code:
        """What stands for a map whose written entries are ``entries``."""
        return entries if flattened else code('{{"entry": {}}}', entries)

    def named(self, expression: Code, namespace: ir.XmlNamespace | None) -> Code:
        """What stands for an element that declares this namespace."""
        return expression

    def written(self, member: ir.Member) -> Code:
        expression = self._form(member.target, member, py_str(member.name))
        return expression if member.flattened else self.named(expression, member.xml_namespace)

    def _form(self, target: str, place: ir.Member | ir.Entry, name: Code) -> Code:
        """The expression that turns ``value`` into what stands for an element.

        Args:
            target: The value's shape.
            place: What holds the value.
            name: Says where that is.
        """
        shape = self._model.shape(target)
        flattened = isinstance(place, ir.Member) and place.flattened
        around = place.xml_namespace if isinstance(place, ir.Member) and flattened else None
        match shape:
            case ir.ListShape():
                items = code("each({}, value, {})", self._writer(shape.element, shape.entry, around), name)
                return self.list_of(shape, items, flattened=flattened)
            case ir.MapShape():
                return self.map_of(shape, self._entries(shape, name, around), flattened=flattened)
            case ir.StructureShape():
                return code("nested({}, value, {})", self.writer_name(shape.name), name)
            case _:
                return code("{}(value, {})", self._text_writer(shape, place), name)

    def _entries(self, shape: ir.MapShape, name: Code, around: ir.XmlNamespace | None) -> Code:
        """The expression that writes the entries of the map ``value``; each declares the namespace ``around``."""
        key, value = entry_names(shape)
        names = Code("") if (key, value) == ("key", "value") else code(", {}, {}", py_str(key), py_str(value))
        entries = code(
            "each_entry({}, value, {}{})", self._writer(shape.value, shape.value_entry), name, names
        )
        item: Code = Ident("item")
        text = code("item[{}]", py_str(key))
        declared = self.named(text, shape.key_entry.namespace)
        if declared != text:
            item = code("{{**item, {}: {}}}", py_str(key), declared)
        item = self.named(item, around)
        return entries if item == "item" else code("[{} for item in {}]", item, entries)

    def _writer(self, target: str, entry: ir.Entry, around: ir.XmlNamespace | None = None) -> Code:
        """A function of (value, name) that writes what a list or map holds."""
        shape = self._model.shape(target)
        namespace = entry.namespace or around
        match shape:
            case ir.ListShape() | ir.MapShape():
                expression = self._form(target, entry, Ident("name"))
                return code("lambda value, name: {}", self.named(expression, namespace))
            case ir.StructureShape():
                function = self.writer_name(shape.name)
            case _:
                function = self._text_writer(shape, entry)
        call = code("{}(value, name)", function)
        declared = self.named(call, namespace)
        return function if declared == call else code("lambda value, name: {}", declared)

    def _text_writer(self, shape: ir.AnyShape, place: ir.Member | ir.Entry) -> Ident:
        """The function of (value, name) that writes a simple value."""
        match shape.kind:
            case Kind.BLOB:
                return Ident("blob")
            case Kind.TIMESTAMP:
                found = timestamp_format(shape, place) or TimestampFormat.DATE_TIME
                return Ident(f"{TEXT_TIMESTAMPS[found]}_text")
            case _:
                stem = TEXT_STEMS.get(shape.kind)
                return Ident("text" if stem is None else f"{stem}_text")

    # What is read

    def read_name(self, member: ir.Member) -> Lit:
        return py_str(read_key(member))

    def strings(self) -> frozenset[str]:
        shapes = [each for each in self._model.shapes.values() if isinstance(each, ir.StructureShape)]
        return frozenset(read_key(member) for each in shapes for member in each.members.values())

    def read(self, member: ir.Member, fetched: Code) -> Code:
        shape = self._model.shape(member.target)
        match shape:
            case ir.ListShape() | ir.MapShape():
                return self._collection(shape, fetched, flattened=member.flattened)
            case ir.StructureShape():
                return code("optional({}, {})", self.reader_name(shape.name), fetched)
            case _:
                reader = self._text_reader(shape)
                return fetched if reader is None else code("{}({})", reader, fetched)

    def union_reader(self, member: ir.Member) -> Code:
        return self._reader(member.target, flattened=member.flattened)

    def _reader(self, target: str, *, flattened: bool = False) -> Code:
        """A function that reads what stands for a value of this shape."""
        shape = self._model.shape(target)
        match shape:
            case ir.ListShape() | ir.MapShape():
                return code("lambda value: {}", self._collection(shape, Ident("value"), flattened=flattened))
            case ir.StructureShape():
                return self.reader_name(shape.name)
            case _:
                return self._text_reader(shape) or Ident("as_is")

    def _collection(self, shape: ir.ListShape | ir.MapShape, fetched: Code, *, flattened: bool) -> Code:
        """The expression that reads a list or map of what ``fetched`` gives."""
        form = Ident("flat" if flattened else "wrapped")
        if isinstance(shape, ir.ListShape):
            reader = self._reader(shape.element)
            if reader == "as_is":
                return code("read_{}_texts({})", form, fetched)
            return code("read_{}_list({}, {})", form, fetched, reader)
        key, value = map(py_str, map(local_name, entry_names(shape)))
        return code("read_{}_map({}, {}, {}, {})", form, fetched, key, value, self._reader(shape.value))

    def _text_reader(self, shape: ir.AnyShape) -> Ident | None:
        """The function that reads a simple value; None for texts."""
        match shape.kind:
            case Kind.STRING | Kind.ENUM:
                return None
            case Kind.BLOB:
                return Ident("read_blob")
            case Kind.TIMESTAMP:
                return Ident("read_timestamp_text")
            case _:
                return Ident(f"read_{TEXT_STEMS[shape.kind]}_text")


class RestXmlCodec(ElementCodec):
    """XML with the operation in method and path: restXml."""

    WRITTEN = "xml"
    BODY_MAY_LACK = True

    def headers(self, operation: ir.Operation, *, has_body: bool) -> Code | None:
        return None  # the content type depends on whether there is a body

    def request_body(self, operation: ir.Operation) -> Code:
        root = py_str(operation.input_element or operation.input or operation.name)
        body = self.named(Code("body"), operation.input_namespace)
        return code('xml_body({}, {}) if body else b""', root, body)

    def payload(self, member: ir.Member) -> Code:
        return code("xml_body({}, {})", py_str(member.wire_name), self.written(member))

    def empty_payload(self, member: ir.Member) -> Code:
        return Code('b""')

    def event_body(self, event: ir.Member) -> Code:
        return code("xml_body({}, body)", py_str(event.target))

    def list_of(self, shape: ir.ListShape, items: Code, *, flattened: bool) -> Code:
        return items if flattened else code("{{{}: {}}}", py_str(shape.entry.name or "member"), items)

    def named(self, expression: Code, namespace: ir.XmlNamespace | None) -> Code:
        if namespace is None:
            return expression
        return code(
            "with_attribute({}, {}, {})", expression, py_str(_declaration(namespace)), py_str(namespace.uri)
        )

    def written_name(self, member: ir.Member) -> Lit:
        return py_str(f"@{member.wire_name}" if member.xml_attribute else member.wire_name)

    def strings(self) -> frozenset[str]:
        attributes = {
            f"@{member.wire_name}"
            for shape in self._model.shapes.values()
            if isinstance(shape, ir.StructureShape)
            for member in shape.members.values()
            if member.xml_attribute
        }
        return super().strings() | attributes | set(map(_declaration, _namespaces(self._model)))


def read_key(member: ir.Member) -> str:
    """The key by which a member of an answer is found: namespaces are not told apart."""
    name = local_name(member.wire_name)
    return f"@{name}" if member.xml_attribute else name


def local_name(name: str) -> str:
    """A name without the prefix of its namespace."""
    return name.rpartition(":")[2]


def entry_names(shape: ir.MapShape) -> tuple[str, str]:
    """The names of the elements that hold a map's keys and values."""
    return shape.key_entry.name or "key", shape.value_entry.name or "value"


def _declaration(namespace: ir.XmlNamespace) -> str:
    """The attribute that declares a namespace."""
    return f"xmlns:{namespace.prefix}" if namespace.prefix else "xmlns"


def _namespaces(model: ir.Model) -> Iterator[ir.XmlNamespace]:
    found: list[ir.XmlNamespace | None] = [each.input_namespace for each in model.operations.values()]
    for shape in model.shapes.values():
        match shape:
            case ir.StructureShape():
                found += [each.xml_namespace for each in shape.members.values()]
            case ir.ListShape():
                found.append(shape.entry.namespace)
            case ir.MapShape():
                found += [shape.key_entry.namespace, shape.value_entry.namespace]
            case _:
                pass
    return (each for each in found if each is not None)
