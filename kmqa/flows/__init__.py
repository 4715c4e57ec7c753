"""What spans several messages of a conversation, one module a flow. Pure."""
