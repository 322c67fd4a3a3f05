"""Counts and sources entered beside a scenario folder; every change keeps who, when, before and after.

``record`` describes them without a database; ``save`` needs SQLAlchemy (extra ``web``).
"""
