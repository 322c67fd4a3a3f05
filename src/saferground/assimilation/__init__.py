"""Model and counts to a posterior."""

from saferground.assimilation.posterior import LEAST, Posterior, can_learn, fit
from saferground.assimilation.stored import load, save

__all__ = ["LEAST", "Posterior", "can_learn", "fit", "load", "save"]
