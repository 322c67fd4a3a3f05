"""Flee's folders to journey scenarios, and runs to Flee's out.csv."""

from saferground.exchange.flee.importing import FleeImport, import_flee
from saferground.exchange.flee.out_csv import export_flee

__all__ = ["FleeImport", "export_flee", "import_flee"]
