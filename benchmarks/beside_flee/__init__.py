"""Saferground beside Flee 3.1: what both cost on the same folders, and how near both come to the counts."""
