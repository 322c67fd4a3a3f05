"""Whole runs, from a scenario folder to a run folder, and what a reader sees first of one.

``check`` finds every problem of a folder, ``run`` carries out a forecast, ``brief`` is its summary. Import these
modules themselves: checking a folder then loads nothing of what forecasting needs.
"""
