"""Long work of the board: one niced process carries out the jobs of the database in turn.

``work`` is what that process does, ``worker`` starts it and keeps the database informed, ``routes`` is its face.
"""
