"""What a recording says, for every reader: drawings and checks alike.

In goes a `Recording`; out come its calls, each from beginning to end (`calls`),
what the bytes did between its sockets (`links`) and what waits at each end
(`ends`), and the names of things that all readers use (`words`).
"""
