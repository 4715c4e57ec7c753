"""Answers from other people's files: rows are read, merged into answers, then written."""
