"""Speech to text: the port, and a server of one's own behind it."""
