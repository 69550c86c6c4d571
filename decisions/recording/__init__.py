"""Recording what was decided: steps become entries, and what comes out as it was recorded stays so."""
