# SPDX-License-Identifier: Apache-2.0
"""Models and packages without what heliograph does besides the published model, which botocore's serializers know nothing of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from heliograph_codegen import ir
from heliograph_codegen.frontends import c2j, corrections


def published(service: str, customised: ir.Model) -> ir.Model:
    """The model to compare with botocore: the customised one itself, unless that has other paths or hosts.

    Where it has (S3 and S3 Control leave the bucket and the account to the endpoint rules), it is the published model
    without rules, whose requests go where the paths say.
    """
    plain = corrections.correct(c2j.load(f"botocore:{service}"), None)
    if all(
        (each.path, each.host_prefix) == (other.path, other.host_prefix)
        for each, other in zip(plain.operations.values(), customised.operations.values(), strict=True)
    ):
        return customised
    return replace(plain, service=replace(plain.service, endpoint_rules=None))


def without_customisations(package: Any) -> None:
    """Take from a package's operations what they do besides the model."""
    for operation in package.OPERATIONS.values():
        object.__setattr__(operation, "customisations", ())
