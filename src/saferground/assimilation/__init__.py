"""Model and counts to a posterior."""
