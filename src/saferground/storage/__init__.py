"""What is kept between runs: run folders (``runs``), and the database of what is entered in the planning board."""

from saferground.storage.runs import FORECAST, INFO, Run, read_run, run_folder, write_forecast, write_info

__all__ = ["FORECAST", "INFO", "Run", "read_run", "run_folder", "write_forecast", "write_info"]
