"""Model and counts to a posterior."""

from saferground.assimilation.posterior import LEAST, Posterior, can_learn, fit

__all__ = ["LEAST", "Posterior", "can_learn", "fit"]
