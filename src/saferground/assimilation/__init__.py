"""Model and counts to a posterior."""

from saferground.assimilation.posterior import Posterior, fit
from saferground.assimilation.stored import load, save

__all__ = ["Posterior", "fit", "load", "save"]
