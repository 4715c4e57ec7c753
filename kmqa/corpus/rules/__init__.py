"""The rules of `kmqa check`, one module for each thing that they look at."""
