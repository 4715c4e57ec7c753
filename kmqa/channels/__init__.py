"""Ways in and out: what a channel delivers, what it is given to send."""
