"""One turn of a conversation: from what a person sent to what they get, without any side effect."""
