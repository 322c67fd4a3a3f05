"""Description to arrays: a checked scenario becomes frozen arrays and labels."""

from saferground.model.build import Model, build_model
from saferground.model.journey.build import Journey

__all__ = ["Journey", "Model", "build_model"]
