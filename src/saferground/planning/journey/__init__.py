"""A journey's forecast as planners read it: its camps like the settled places of a siege, and figures of its own."""
