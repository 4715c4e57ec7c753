"""Test sets, metrics and reports, run through the very code that serves."""
