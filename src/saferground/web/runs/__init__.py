"""The forecast page: a run of the board or of the command line, what it left, and two runs laid over each other."""
