"""The course: numbered lessons, and the machinery that opens and checks them."""
