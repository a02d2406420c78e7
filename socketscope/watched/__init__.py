"""What runs inside each watched program, beside the learner's script.

It must change nothing that the script can notice, and it must start fast: so
it imports only what a socket program imports anyway, and nothing else of
`socketscope`.

    program             runs the script
    channel             the wire to the stage, and the threads that take turns
    calls, values       one call, and what is told of it
    script              where the script is
    sockets             the sockets that are known, and how calls on them are watched
    addresses, transfer the calls that find the ends, and those that move bytes
    ports               the script's ports, and the real ones
    threads, selecting, terminal, lines
                        what else of the script is watched

Two things are not told yet, and have their place. A task of asyncio would be a
track of the recording, told by `threads` as a thread is. What travels under TLS
would be a second layer: `transfer` tries each call over TLS in pieces, and can tell
how many bytes each one moved; `reading.links` would follow them in queues of their
own, and an arrow of what was said would know those of the records that carried it.
"""
