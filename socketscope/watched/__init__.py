"""What runs inside each watched program, beside the learner's script.

It must change nothing that the script can notice, and it must start fast: so
it imports only what a socket program imports anyway, and nothing else of
`socketscope`.
"""
