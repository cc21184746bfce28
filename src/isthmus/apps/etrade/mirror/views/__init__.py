"""The pages of a corridor: what comes and goes between this country and a partner, as each side states it."""
