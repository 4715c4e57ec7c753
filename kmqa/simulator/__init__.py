"""A stand-in for Meta on the same machine: strict, signed, late and out of order where asked."""
