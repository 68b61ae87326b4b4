# SPDX-License-Identifier: Apache-2.0
"""Models and packages without what heliograph does besides the published model, as botocore's serializers see them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from heliograph_codegen import ir
from heliograph_codegen.frontends import c2j, corrections

ELSEWHERE = frozenset(["cloudfront-keyvaluestore", "machinelearning", "signin"])
"""Services that want an ARN to find their endpoint, or go elsewhere than to the one that the client is given."""


def published(service: str, customised: ir.Model) -> ir.Model:
    """The model to compare with botocore: the customised one itself, unless that goes elsewhere.

    Where it does (S3 and S3 Control leave the bucket and the account to the endpoint rules), it is the published model
    without rules, whose requests go where the paths say.
    """
    plain = corrections.correct(c2j.load(f"botocore:{service}"), None)
    if service not in ELSEWHERE and all(
        (each.path, each.host_prefix) == (other.path, other.host_prefix)
        for each, other in zip(plain.operations.values(), customised.operations.values(), strict=True)
    ):
        return customised
    return _without_rules(plain)


def _without_rules(model: ir.Model) -> ir.Model:
    shapes = {
        name: replace(
            shape, members={key: replace(each, context_param="") for key, each in shape.members.items()}
        )
        if isinstance(shape, ir.StructureShape)
        else shape
        for name, shape in model.shapes.items()
    }
    operations = {
        name: replace(operation, static_params=(), input_params=())
        for name, operation in model.operations.items()
    }
    service = replace(model.service, endpoint_rules=None, client_params=())
    return replace(model, service=service, operations=operations, shapes=shapes)


def without_customisations(package: Any) -> None:
    """Take from a package's operations what they do besides the model."""
    for operation in package.OPERATIONS.values():
        object.__setattr__(operation, "customisations", ())
