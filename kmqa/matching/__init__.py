"""From a query to a decision and a reply, from the open bundle alone."""
