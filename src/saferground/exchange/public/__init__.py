"""Public products: derived from a run, coarse and late, without anything that tells where people will pass or wait."""

from saferground.exchange.public.figures import Figure, public_figures
from saferground.exchange.public.release import PublicProduct, public_product, withdrawn
from saferground.exchange.public.rounding import SMALL, STEP, at_least, below
from saferground.exchange.public.writers import write_public

__all__ = [
    "SMALL", "STEP", "Figure", "PublicProduct", "at_least", "below", "public_figures", "public_product", "withdrawn",
    "write_public",
]  # fmt: skip
