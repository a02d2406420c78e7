"""The small machinery that opens, checks and publishes the lessons.

catalogue.py    what lessons there are, and where each keeps its parts
commands.py     `python3 -m lessons …`
notebook.py     what a lesson's cells call
checking/       what a lesson asks for, how a run is judged, the report, peers
learner/        environment, JupyterLab, the learner's own files, progress
publishing/     notebooks, drawings, pages, site; a new lesson, and its inspection
"""
