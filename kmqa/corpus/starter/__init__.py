"""A new corpus: the fixed phrases in eight languages, and the files to begin with."""
