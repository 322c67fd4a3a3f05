"""From a model to the days ahead."""

from saferground.forecasting.ahead import forecast

__all__ = ["forecast"]
