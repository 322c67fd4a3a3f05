"""Model and counts to a posterior."""

from saferground.assimilation.posterior import Posterior, fit

__all__ = ["Posterior", "fit"]
