"""The service's own chat page, on an organisation's site."""
