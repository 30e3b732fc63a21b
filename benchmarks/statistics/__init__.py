"""How often the intervals of a comparison hold, by simulation."""
