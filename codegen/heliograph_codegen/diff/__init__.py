# SPDX-License-Identifier: Apache-2.0
"""The semantic diff of two models: what a change means to code that calls the client, and to the wire.

Rules are small functions over what belongs together in both models; :data:`RULES` lists them, docs/diff.md explains
them. Ids are stable: a rule keeps its meaning, or gets another id.
"""

from __future__ import annotations

from heliograph_codegen.diff.catalogue import RULES, Bump, Rule, Severity
from heliograph_codegen.diff.changes import Change
from heliograph_codegen.diff.compare import Diff, diff

__all__ = ["RULES", "Bump", "Change", "Diff", "Rule", "Severity", "diff"]
