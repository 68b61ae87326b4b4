# SPDX-License-Identifier: Apache-2.0
"""Forms with the operation's name in them: awsQuery and ec2Query. Answers are XML."""

from __future__ import annotations

from heliograph_codegen import ir
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.pyview.codec.xml import ElementCodec
from heliograph_codegen.text import Code, Lit, code, py_str

RUNTIME_NAMES = frozenset("FORM form_body query_list".split())


class QueryCodec(ElementCodec):
    """awsQuery."""

    WRITTEN = "query"

    # Whole messages

    def has_body(self, operation: ir.Operation) -> bool:
        return True  # the operation's name, at least

    def headers(self, operation: ir.Operation, *, has_body: bool) -> Code | None:
        return Code("FORM")

    def request_body(self, operation: ir.Operation) -> Code:
        return code("form_body({}, {}, body)", py_str(operation.name), py_str(self._model.service.version))

    def response_body(self, operation: ir.Operation) -> Code:
        if not operation.result_wrapper:
            return super().response_body(operation)
        return code("fields(xml_result(response, {}))", py_str(operation.result_wrapper))

    def payload(self, member: ir.Member) -> Code:
        raise _no_payload(member)

    def empty_payload(self, member: ir.Member) -> Code:
        raise _no_payload(member)

    # What is written

    def list_of(self, shape: ir.ListShape, items: Code, *, flattened: bool) -> Code:
        if flattened:
            return code("query_list({})", items)
        return code("query_list({}, {})", items, py_str(shape.entry.name or "member"))


class Ec2Codec(QueryCodec):
    """ec2Query: every list is flat, and names begin with a capital."""

    def list_of(self, shape: ir.ListShape, items: Code, *, flattened: bool) -> Code:
        return items

    def written_name(self, member: ir.Member) -> Lit:
        return py_str(_query_name(member))

    def strings(self) -> frozenset[str]:
        shapes = [each for each in self._model.shapes.values() if isinstance(each, ir.StructureShape)]
        names = {_query_name(member) for each in shapes for member in each.members.values()}
        return super().strings() | names


def _query_name(member: ir.Member) -> str:
    return member.query_name or member.wire_name[:1].upper() + member.wire_name[1:]


def _no_payload(member: ir.Member) -> GenerationError:
    return GenerationError(
        f"a form cannot be the one member {member.name}; use a REST protocol", member.origin
    )
