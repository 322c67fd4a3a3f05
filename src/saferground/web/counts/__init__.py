"""The counts page: what was counted, a grid for what is new, and what was changed by whom.

``record`` is what the page says, ``asked`` what it may send, ``routes`` its addresses.
"""
