"""kmqa returns vetted answers word for word, with their source page, or refuses."""
