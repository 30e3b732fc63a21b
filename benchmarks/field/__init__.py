"""The three cells beside all rivals on every data set at hand: who wins, at what cost, and what the verdict loses."""
