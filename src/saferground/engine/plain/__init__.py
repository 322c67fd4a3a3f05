"""The model in plain Python: slow, obvious, and the definition that the compiled engine is tested against.

Every module here is the twin of the module of the same name one folder up. The two are written separately from the
same equations, use the same keys for their draws, and agree in every number of the state and of the record.
"""

from saferground.engine.plain.loop import run, take_step

__all__ = ["run", "take_step"]
