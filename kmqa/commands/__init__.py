"""Each command as one function that reads as its pipeline; no logic of its own."""
