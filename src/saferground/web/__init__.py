"""The planning board: a skin over the library in the browser. Needs the extra ``[web]``.

Every page is a frozen record first; the template draws it, and the same record is the JSON under ``/api``.
``app`` puts the parts together, ``serve`` opens the port, ``safety`` guards every request.
"""
