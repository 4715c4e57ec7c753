"""The service: webhook and API on one side, workers on the other, one database between them."""
