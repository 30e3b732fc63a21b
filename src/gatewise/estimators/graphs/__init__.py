"""How fitted estimators are written down as graphs."""
