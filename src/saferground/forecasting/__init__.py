"""From a model to the days ahead, and how good such forecasts have been."""

from saferground.forecasting.ahead import forecast
from saferground.forecasting.rolling import Scores, score

__all__ = ["Scores", "forecast", "score"]
