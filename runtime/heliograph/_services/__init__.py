# SPDX-License-Identifier: Apache-2.0
"""Clients of the few services that the credential chain calls, generated with the few operations it needs.

They are imported only inside the provider that calls them.
"""
