"""What belongs to a language and not to a corpus: one data file for each, and what reads them.

`language` says what a file must hold, `languages` reads them. To add a language is to add its
file here; what the bot says in it stands in `kmqa/phrases/`.
"""
