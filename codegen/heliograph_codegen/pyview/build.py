# SPDX-License-Identifier: Apache-2.0
"""Decide everything Python says of a model, once."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterable, Mapping
from typing import LiteralString

from heliograph_codegen import ir
from heliograph_codegen.ir import Kind, Location
from heliograph_codegen.pyview import docs
from heliograph_codegen.pyview.annotations import Annotations, enum_annotation
from heliograph_codegen.pyview.codec import RUNTIME_NAMES, Codec, path_expression
from heliograph_codegen.pyview.names import (
    CLIENT_NAMES,
    ERROR_NAMES,
    STRUCTURE_NAMES,
    class_names,
    class_prefix,
    python_names,
    snake,
)
from heliograph_codegen.pyview.pages import Pages
from heliograph_codegen.pyview.rows import Rows
from heliograph_codegen.pyview.views import (
    ArgumentView,
    EnumView,
    ErrorView,
    MemberRow,
    OperationView,
    PackageView,
    ReadView,
    StructureView,
    UnionView,
    WriteView,
)
from heliograph_codegen.text import Code, Ident, code, identifier, join, markdown, py_literal, py_str

_PARAMS = Ident("params")
_PARAMS_ANNOTATION = Code("Mapping[str, Any] | None")
_COLLECTIONS = ("Mapping", "Sequence")


def build_view(model: ir.Model, package: str) -> PackageView:
    """The view of a model.

    Args:
        model: A validated model whose every feature is supported.
        package: The package's import name; dots are allowed.

    Raises:
        GenerationError: a name cannot become Python's, or two become one.
    """
    return _Builder(model, package).view()


class _Builder:
    def __init__(self, model: ir.Model, package: str) -> None:
        self._model = model
        self._package = join(".", [identifier(part) for part in package.split(".")])
        self._prefix = class_prefix(model.service.id, model.service.origin)
        self._client = Ident(f"{self._prefix}Client")
        self._async_client = Ident(f"Async{self._prefix}Client")
        self._base_error = Ident(f"{self._prefix}Error")
        self._closure = [model.shapes[name] for name in model.closure()]
        reserved = {self._client, self._async_client, self._base_error, *_RESERVED_CLASSES}
        named = [shape for shape in self._closure if isinstance(shape, ir.StructureShape | ir.EnumShape)]
        self._classes = class_names([(shape.name, shape.origin) for shape in named], reserved)
        self._functions = {name: Ident(snake(own)) for name, own in self._classes.items()}
        self._annotations = Annotations(model, self._classes)
        self._codec = Codec(model, self._functions)
        operations = model.operations.values()
        self._written = set(model.closure([each.input for each in operations if each.input]))
        self._read = set(model.closure([each.output for each in operations if each.output]))
        self._read |= set(model.closure([name for each in operations for name in each.errors]))
        self._methods = python_names(
            [(each.name, each.origin) for each in operations], "operations", CLIENT_NAMES
        )

    def view(self) -> PackageView:
        model, service = self._model, self._model.service
        operations = tuple(self._operation(each) for each in model.operations.values())
        structures = tuple(self._structure(each) for each in self._structures())
        unions = tuple(self._union(each) for each in self._unions())
        enums = tuple(self._enum(each) for each in self._closure if isinstance(each, ir.EnumShape))
        errors = tuple(self._error(each) for each in self._errors())
        rows = Rows(model, self._classes, self._methods, self._arguments_of)
        cases, error_cases = rows.cases(), rows.error_cases()
        pages = Pages(model, self._package, self._client, self._async_client, self._classes, self._methods)
        signatures = [
            each.annotation for operation in operations for each in operation.positional + operation.keywords
        ]
        held = [each.annotation for structure in structures for each in structure.arguments]
        functions = frozenset(
            f"{name}_{way}_json" for name in self._functions.values() for way in ("to", "from")
        )
        in_operations = _operation_statements(operations)
        in_codec = _codec_statements(structures, unions)
        in_errors = [part for error in errors for part in _read(error.reads)]
        test_names = _names([each.arguments for each in cases] + [each.result for each in cases])
        return PackageView(
            package=self._package,
            service_id=py_str(service.id),
            title=markdown(service.id),
            client=self._client,
            async_client=self._async_client,
            base_error=self._base_error,
            signing_name=py_str(service.signing_name),
            module_docstring=docs.written(docs.paragraphs(service.documentation) or [service.id], 0),
            client_docstring=self._client_docstring("synchronous"),
            async_client_docstring=self._client_docstring("asynchronous"),
            per_resource=_long_text(docs.prose(service.per_resource)) if service.per_resource else None,
            endpoint_prefix=py_str(service.endpoint.prefix) if service.endpoint else None,
            operations=operations,
            structures=structures,
            unions=unions,
            enums=enums,
            errors=errors,
            type_names=tuple(sorted([each.name for each in structures] + [each.name for each in enums])),
            checking_imports=_checking_imports([*held, Code("Mapping[str, Any]")], literals=bool(enums)),
            operations_imports=_sorted(
                _runtime_names(in_operations, *_around_operations(operations)),
                "OperationInfo",
                "Request",
                "Service",
                "read_error",
            ),
            operations_codec=_functions_named(in_operations, functions),
            codec_imports=_runtime_names(in_codec, *_around_codec(structures, unions)),
            codec_types=tuple(
                sorted(each.name for each in structures if each.reads is not None or each.writes is not None)
            ),
            output_types=tuple(sorted({each.output_class for each in operations} - {Ident("NoOutput")})),
            client_types=tuple(
                sorted(
                    ({each.output_class for each in operations} - {Ident("NoOutput")})
                    | (_names(signatures) & {*self._classes.values()})
                )
            ),
            client_imports=_checking_imports([*signatures, _PARAMS_ANNOTATION]),
            has_no_output=any(each.output_class == "NoOutput" for each in operations),
            types_imports=_sorted(
                {each.base for each in structures}
                | {
                    *_runtime_names(
                        [arg.default for each in structures for arg in each.arguments if arg.default]
                    )
                },
                "structure_of",
            ),
            errors_imports=_sorted(_runtime_names(in_errors), "ServiceError"),
            errors_codec=_functions_named(in_errors, functions),
            errors_checking=_checking_imports(
                [
                    Code("Mapping[str, Any]" if in_errors else "Mapping[str, str]"),
                    *(each.annotation for error in errors for each in error.attributes),
                ]
            ),
            cases=cases,
            error_cases=error_cases,
            endpoint_cases=rows.endpoint_cases(),
            test_imports=_test_imports(test_names),
            malformed_operations=tuple(each.name for each in operations if each.reads_body),
            pages=tuple(pages.operation(each, self._signature(each)) for each in model.operations.values()),
            structure_pages=tuple(map(pages.structure, self._structures())),
            prose=tuple(map(markdown, docs.paragraphs(service.documentation))),
            per_resource_page=markdown(docs.prose(service.per_resource)) if service.per_resource else None,
        )

    # What there is

    def _structures(self) -> list[ir.StructureShape]:
        return [
            shape
            for shape in self._closure
            if isinstance(shape, ir.StructureShape) and shape.kind is Kind.STRUCTURE and shape.error is None
            and not self._is_input(shape)
        ]  # fmt: skip

    def _unions(self) -> list[ir.StructureShape]:
        return [
            each for each in self._closure if isinstance(each, ir.StructureShape) and each.kind is Kind.UNION
        ]

    def _errors(self) -> list[ir.StructureShape]:
        return [
            each for each in self._closure if isinstance(each, ir.StructureShape) and each.error is not None
        ]

    def _is_input(self, shape: ir.StructureShape) -> bool:
        """Whether a structure is nothing but an operation's input: its members are arguments, it needs no class."""
        inputs = {each.input for each in self._model.operations.values()}
        return shape.name in inputs and shape.name not in self._read and not self._is_member(shape)

    def _is_member(self, shape: ir.StructureShape) -> bool:
        return any(shape.name in ir.targets(other) for other in self._closure)

    def _is_end(self, shape: ir.StructureShape) -> bool:
        return shape.name in {each.output for each in self._model.operations.values()}

    # Types

    def _structure(self, shape: ir.StructureShape) -> StructureView:
        names = self._member_names(shape)
        members = _required_first(shape)
        is_end = self._is_end(shape)
        documented = [(str(names[each.name]), docs.about(self._model, each)) for each in members]
        return StructureView(
            shape=py_str(shape.name),
            name=self._classes[shape.name],
            function=self._functions[shape.name],
            base=Ident("Output") if is_end else Ident("Structure"),
            docstring=docs.written(
                [
                    *(docs.paragraphs(shape.documentation) or [self._default_prose(shape)]),
                    docs.section("Attributes", documented, 4) if documented else "",
                ],
                4,
            ),
            arguments=tuple(
                ArgumentView(
                    names[each.name],
                    py_str(each.name),
                    self._attribute_annotation(each),
                    None if each.required else self._annotations.absent(each.target),
                )
                for each in members
            ),
            slots=tuple(sorted(py_str(name) for name in names.values())),
            rows=self._rows(shape, names),
            writes=tuple(map(self._codec.body_write, shape.members.values()))
            if self._is_nested(shape, self._written)
            else None,
            reads=tuple(self._codec.body_read(each, names[each.name]) for each in shape.members.values())
            if self._is_nested(shape, self._read)
            else None,
        )

    def _is_nested(self, shape: ir.StructureShape, side: set[str]) -> bool:
        """Whether a structure stands inside of another shape on that side, so that it needs a function there."""
        return any(shape.name in ir.targets(self._model.shapes[name]) for name in side)

    def _default_prose(self, shape: ir.StructureShape) -> str:
        ends = [each.name for each in self._model.operations.values() if each.output == shape.name]
        return f"What {ends[0]} answers." if ends else f"The structure {shape.name}."

    def _member_names(self, shape: ir.StructureShape) -> dict[str, Ident]:
        reserved = ERROR_NAMES if shape.error is not None else STRUCTURE_NAMES
        return python_names(
            [(each.name, each.origin) for each in shape.members.values()], shape.name, reserved
        )

    def _attribute_annotation(self, member: ir.Member) -> Code:
        held = self._annotations.held(member.target)
        return (
            held
            if member.required or self._annotations.absent(member.target) != "None"
            else code("{} | None", held)
        )

    def _rows(self, shape: ir.StructureShape, names: Mapping[str, Ident]) -> tuple[MemberRow, ...]:
        return tuple(
            MemberRow(
                names[each.name],
                py_str(names[each.name]),
                py_str(each.name),
                Code(str(self._model.is_secret(each))),
                self._annotations.nested(each.target),
            )
            for each in shape.members.values()
        )

    def _union(self, shape: ir.StructureShape) -> UnionView:
        return UnionView(
            name=self._classes[shape.name],
            function=self._functions[shape.name],
            names=py_literal(tuple(shape.members)),
            branches=self._codec.union_branches(shape) if shape.name in self._written else None,
            readers=self._codec.union_readers(shape) if shape.name in self._read else None,
        )

    def _enum(self, shape: ir.EnumShape) -> EnumView:
        return EnumView(self._classes[shape.name], *enum_annotation(shape))

    def _error(self, shape: ir.StructureShape) -> ErrorView:
        assert shape.error is not None
        names = self._member_names(shape)
        message = next((name for name in shape.members if name.lower() == "message"), None)
        others = [each for each in shape.members.values() if each.name != message]
        rows = self._rows(shape, {**names, message: Ident("message")} if message else names)
        flags = ["retryable"] if shape.error.retryable else []
        flags += ["throttling"] if shape.error.retryable and shape.error.retryable.throttling else []
        documented = [(str(names[each.name]), docs.about(self._model, each)) for each in others]
        return ErrorView(
            name=self._classes[shape.name],
            code=py_str(shape.error.code),
            docstring=docs.written(
                [
                    *(docs.paragraphs(shape.documentation) or [f"The service answered {shape.error.code}."]),
                    docs.section("Attributes", documented, 4) if documented else "",
                ],
                4,
            ),
            flags=tuple(map(Ident, flags)),
            rows=rows,
            attributes=tuple(
                ArgumentView(
                    names[each.name],
                    py_str(each.name),
                    code("{} | None", self._annotations.held(each.target)),
                    Code("None"),
                )
                for each in others
            ),
            reads=tuple(
                self._codec.body_read(each, names[each.name]) for each in others if each.binding is None
            ),
        )

    # Operations

    def _input(self, operation: ir.Operation) -> ir.StructureShape | None:
        return self._model.structure(operation.input) if operation.input else None

    def _argument_names(self, operation: ir.Operation) -> dict[str, Ident]:
        shape = self._input(operation)
        members = shape.members.values() if shape else ()
        return python_names(
            [(each.name, each.origin) for each in members], operation.name, {"params", "self"}
        )

    def _arguments_of(self, operation: ir.Operation) -> dict[str, Ident]:
        return self._argument_names(operation)

    def _arguments(self, operation: ir.Operation) -> tuple[list[ArgumentView], list[ArgumentView]]:
        """Positional arguments and keywords, each in the order of the signature."""
        shape = self._input(operation)
        names = self._argument_names(operation)
        params = ArgumentView(_PARAMS, py_str("params"), _PARAMS_ANNOTATION, Code("None"))
        views = {
            each.name: ArgumentView(
                names[each.name],
                py_str(each.name),
                self._annotations.given(each.target)
                if each.required
                else code("{} | None", self._annotations.given(each.target)),
                None if each.required else Code("None"),
            )
            for each in (_required_first(shape) if shape else [])
        }
        positional = [views.pop(name) if name != ir.PARAMS else params for name in operation.positional]
        keywords = [*views.values(), *([] if ir.PARAMS in operation.positional else [params])]
        return positional, keywords

    def _signature(self, operation: ir.Operation) -> tuple[list[ArgumentView], list[ArgumentView], Ident]:
        return *self._arguments(operation), self._output_class(operation)

    def _output_class(self, operation: ir.Operation) -> Ident:
        return self._classes[operation.output] if operation.output else Ident("NoOutput")

    def _operation(self, operation: ir.Operation) -> OperationView:
        shape, names = self._input(operation), self._argument_names(operation)
        positional, keywords = self._arguments(operation)
        members = list(shape.members.values()) if shape else []
        payload = next((each for each in members if _at(each, Location.PAYLOAD)), None)
        in_body = [each for each in members if each.binding is None]
        places = {each.binding.location for each in members if each.binding}
        has_headers = bool(places & {Location.HEADER, Location.PREFIX_HEADERS})
        output = self._model.structure(operation.output) if operation.output else None
        return OperationView(
            name=py_str(operation.name),
            method=self._methods[operation.name],
            method_literal=py_str(self._methods[operation.name]),
            constant=Ident(self._methods[operation.name].upper()),
            positional=tuple(positional),
            keywords=tuple(keywords),
            passed=tuple((py_str(name), own) for name, own in names.items()),
            docstring=self._method_docstring(operation, [*positional, *keywords]),
            params=tuple((py_str(name), py_str(own)) for name, own in names.items()),
            input=py_literal(operation.input),
            output=py_literal(operation.output),
            output_class=self._output_class(operation),
            errors=tuple(map(py_str, operation.errors)),
            http_method=py_str(operation.method),
            path=path_expression(operation.path, self._labels(operation)),
            body=Ident("payload" if payload else "json" if in_body else "none"),
            has_query=bool(places & {Location.QUERY, Location.QUERY_MAP}) or bool(operation.path.query),
            constant_query=tuple((py_str(key), py_str(value or "")) for key, value in operation.path.query),
            has_headers=has_headers,
            content_type=self._codec.payload_type(payload) if payload else None,
            writes=self._writes(members),
            reads=self._reads(output) if output else (),
            reads_body=any(each.binding is None for each in output.members.values()) if output else False,
            open_ended=bool(in_body),
            token_members=tuple(py_str(each.name) for each in members if each.idempotency_token),
            read_timeout=operation.read_timeout.seconds if operation.read_timeout else None,
        )

    def _labels(self, operation: ir.Operation) -> dict[str, Code]:
        shape = self._input(operation)
        greedy = {label.name: label.greedy for label in operation.path.labels}
        return {
            each.binding.name: self._codec.label(each, greedy=greedy[each.binding.name])
            for each in (shape.members.values() if shape else ())
            if each.binding is not None and each.binding.location is Location.LABEL
        }

    def _writes(self, members: Iterable[ir.Member]) -> tuple[WriteView, ...]:
        """Members in the order in which they can be written: a query map gives way to named keys before it."""
        ordered = sorted(members, key=lambda each: _at(each, Location.QUERY_MAP))
        return tuple(
            self._codec.body_write(each)
            if each.binding is None
            else self._codec.bound_write(each, each.binding)
            for each in ordered
            if not _at(each, Location.LABEL)
        )

    def _reads(self, shape: ir.StructureShape) -> tuple[ReadView, ...]:
        names = self._member_names(shape)
        return tuple(
            self._codec.body_read(each, names[each.name])
            if each.binding is None
            else self._codec.bound_read(each, each.binding, names[each.name])
            for each in shape.members.values()
        )

    # Docstrings

    def _client_docstring(self, flavour: str) -> Code:
        service = self._model.service
        return docs.written(
            [
                f"The {flavour} client of {docs.prose(service.id)}, API version {docs.prose(service.version)}.",
                docs.prose(service.per_resource),
                "Arguments are keywords; `heliograph.generated.Client` explains each."
                if flavour == "synchronous"
                else "Arguments are keywords; `heliograph.generated.AsyncClient` explains each.",
                f"See {docs.prose(service.reference)}" if service.reference else "",
            ],
            4,
        )

    def _method_docstring(self, operation: ir.Operation, arguments: list[ArgumentView]) -> Code:
        shape, names = self._input(operation), self._argument_names(operation)
        about = {
            str(names[each.name]): docs.about(self._model, each)
            for each in (shape.members.values() if shape else ())
        }
        about["params"] = "members by their wire names that were not given as arguments."
        raised = [(self._classes[name], self._model.shape(name).documentation) for name in operation.errors]
        return docs.written(
            [
                *(docs.paragraphs(operation.documentation) or [f"Call {operation.name}."]),
                docs.section("Arguments", [(str(each.name), about[str(each.name)]) for each in arguments], 8),
                docs.section("Raises", [(str(name), docs.first_sentence(text)) for name, text in raised], 8)
                if raised
                else "",
                f"See {docs.prose(operation.reference)}" if operation.reference else "",
            ],
            8,
        )


_RESERVED_CLASSES = frozenset(
    {
        "AsyncClient", "Any", "Client", "Decimal", "Literal", "Mapping", "NoOutput", "OPERATIONS", "OperationInfo",
        "Output", "Request", "Sequence", "ServiceError", "Structure", "WireResponse",
    }
)  # fmt: skip
"""Names that stand where classes do."""


def _long_text(text: str) -> Code:
    """A string literal of several lines, which Python joins."""
    lines = textwrap.wrap(text, 90, drop_whitespace=False, break_long_words=False)
    return join("\n", [py_str(line) for line in lines])


def _at(member: ir.Member, location: Location) -> bool:
    return member.binding is not None and member.binding.location is location


def _required_first(shape: ir.StructureShape) -> list[ir.Member]:
    return sorted(shape.members.values(), key=lambda each: not each.required)


def _names(codes: Iterable[Code]) -> set[Ident]:
    """The names that expressions and statements use."""
    trees = [ast.parse(each) for each in codes]
    return {Ident(node.id) for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _operation_statements(operations: Iterable[OperationView]) -> list[Code]:
    return [part for each in operations for part in (each.path, *_written(each.writes), *_read(each.reads))]


def _around_operations(operations: tuple[OperationView, ...]) -> set[str]:
    """What the template of operations itself calls."""
    used: set[str] = set()
    for each in operations:
        used |= {"json_body"} if each.body == "json" else set()
        used |= {"JSON"} if each.body == "json" and not each.has_headers else set()
        used |= {"query_string"} if each.has_query else set()
        used |= {"json_object"} if each.reads_body else set()
        used |= {"NoOutput"} if each.output_class == "NoOutput" else set()
    return used


def _around_codec(structures: Iterable[StructureView], unions: Iterable[UnionView]) -> set[str]:
    """What the template of the codec itself calls."""
    used: set[str] = set()
    used |= {"members_of"} if any(each.writes is not None for each in structures) else set()
    used |= {"one_member"} if any(each.branches is not None for each in unions) else set()
    used |= {"read_union"} if any(each.readers is not None for each in unions) else set()
    return used


def _codec_statements(structures: Iterable[StructureView], unions: Iterable[UnionView]) -> list[Code]:
    found: list[Code] = []
    for structure in structures:
        found += _written(structure.writes or ()) + _read(structure.reads or ())
    for union in unions:
        found += [expression for *_, expression in (*(union.branches or ()), *(union.readers or ()))]
    return found


def _written(views: Iterable[WriteView]) -> list[Code]:
    return [part for each in views for part in (each.fetch, each.statement)]


def _read(views: Iterable[ReadView]) -> list[Code]:
    return [part for each in views for part in (each.fetch, each.value)]


def _runtime_names(statements: Iterable[Code], *more: str) -> tuple[Ident, ...]:
    """What the statements need from the runtime, and what the template around them needs besides."""
    return _sorted(Ident(name) for name in (_names(statements) | {*more}) & RUNTIME_NAMES)


def _sorted(names: Iterable[Ident], *more: LiteralString) -> tuple[Ident, ...]:
    """Names in the order in which the formatter's import sorting has them: constants, classes, functions."""
    return tuple(
        sorted({*names, *map(Ident, more)}, key=lambda name: (not name.isupper(), name[:1].islower(), name))
    )


def _functions_named(statements: Iterable[Code], functions: Iterable[str]) -> tuple[Ident, ...]:
    """The functions of structures that the statements use."""
    return tuple(sorted(_names(statements) & {Ident(name) for name in functions}))


def _checking_imports(annotations: Iterable[Code], *, literals: bool = False) -> tuple[Code, ...]:
    """The import lines that annotations need, for checkers alone."""
    names = _names(annotations)
    lines: list[Code] = []
    collections = [name for name in _COLLECTIONS if name in names]
    if collections:
        lines.append(code("from collections.abc import {}", Code(", ".join(collections))))
    if "datetime" in names:
        lines.append(Code("from datetime import datetime"))
    if "Decimal" in names:
        lines.append(Code("from decimal import Decimal"))
    typing = [name for name, wanted in (("Any", "Any" in names), ("Literal", literals)) if wanted]
    if typing:
        lines.append(code("from typing import {}", Code(", ".join(typing))))
    return tuple(lines)


def _test_imports(names: set[Ident]) -> tuple[Code, ...]:
    lines: list[Code] = []
    if "datetime" in names:
        lines.append(Code("from datetime import datetime, timezone"))
    if "Decimal" in names:
        lines.append(Code("from decimal import Decimal"))
    return tuple(lines)
