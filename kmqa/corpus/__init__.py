"""The only code that knows the files under corpus/: reading, checking, reviewing, importing."""
