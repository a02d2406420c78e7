"""Known mistakes, by subject; `anywhere` are those of every lesson."""
