# SPDX-License-Identifier: Apache-2.0
"""Small changes of the runtime, one at a time, and whether its tests notice."""
