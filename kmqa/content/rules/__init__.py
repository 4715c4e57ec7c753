"""What `kmqa check` asks of the items of a kind; what concerns all kinds is in `kmqa.corpus`."""
