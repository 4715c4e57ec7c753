"""Fault runs: what is broken on purpose, one module a scenario (`scripts/fault_injection.py`)."""
