"""The only code that knows the files under index/: encoder, vectors, lexical, bundle, store."""
