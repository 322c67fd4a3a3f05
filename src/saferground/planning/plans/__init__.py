"""Plans compared: outcomes, differences member by member, what binds, what one more unit buys, and a search."""
