"""The curators' web pages: an app and a process of their own."""
