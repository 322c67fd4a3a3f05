"""The report of a journey: the parts that differ from the report of a siege."""
