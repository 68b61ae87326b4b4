# SPDX-License-Identifier: Apache-2.0
"""What the protocols write and read."""
