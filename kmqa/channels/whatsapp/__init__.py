"""The WhatsApp Cloud API: read its webhooks, build and send its messages."""
