# SPDX-License-Identifier: Apache-2.0
"""Models in, :mod:`heliograph_codegen.ir` out: a front-end knows one way to write a model, and no Python."""

from __future__ import annotations

from heliograph_codegen.frontends.yaml_dump import dump
from heliograph_codegen.frontends.yaml_model import load

__all__ = ["dump", "load"]
