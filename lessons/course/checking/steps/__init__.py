"""The steps that checks are made of, by subject."""
