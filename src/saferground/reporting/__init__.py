"""From results to a page that a planner can open, print and send on."""

from saferground.reporting.page import build_page
from saferground.reporting.render import render, report

__all__ = ["build_page", "render", "report"]
