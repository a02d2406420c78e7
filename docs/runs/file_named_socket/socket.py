"""A first try with sockets."""
