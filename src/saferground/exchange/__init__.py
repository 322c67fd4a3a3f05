"""Other people's formats: tables as CSV with HXL tags and as a workbook."""

from saferground.exchange.table import Table, tables
from saferground.exchange.writers import write_csv, write_xlsx

__all__ = ["Table", "tables", "write_csv", "write_xlsx"]
