"""Surface: how reliable every size of panel and battery is at a place, and what reliability costs."""
