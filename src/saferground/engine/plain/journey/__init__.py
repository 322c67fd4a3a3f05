"""The journey model in plain Python: slow, obvious, and the definition that the compiled engine is tested against.

Every module here is the twin of the module of the same name in ``engine/journey``. The two use the same keys for their
draws and visit people in the same order, and agree in every number of the state and of the record.
"""

from saferground.engine.plain.journey.loop import run

__all__ = ["run"]
