"""The page of plans compared."""
