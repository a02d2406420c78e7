"""Means Python's module socket, and gets the file beside it."""

import socket

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
