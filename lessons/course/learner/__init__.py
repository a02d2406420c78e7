"""What the learner works in: environment, JupyterLab, own files, progress."""
