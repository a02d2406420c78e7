"""The small machinery that opens, checks and publishes the lessons."""
