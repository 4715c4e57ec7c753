"""One turn of a conversation: from what a person sent to what she gets, without any side effect."""
