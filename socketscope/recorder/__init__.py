"""Makes a recording: runs programs, lets them take turns, and writes down what
they and the operating system did.

In go the programs' paths and what is typed, out comes a `Recording`.
"""
