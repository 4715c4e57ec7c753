"""What the service remembers: people, messages in and out, statuses, what was set aside."""
