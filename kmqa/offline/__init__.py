"""From PDFs and a corpus to a bundle; never part of a serving process."""
