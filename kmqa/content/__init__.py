"""Kinds of reviewed content: one module for each, and the registry that lists them."""
