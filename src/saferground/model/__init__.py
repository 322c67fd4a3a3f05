"""Description to arrays: a checked scenario becomes frozen arrays and labels."""

from saferground.model.build import Model, build_model

__all__ = ["Model", "build_model"]
