"""Excise on alcoholic products: what is due and why, by each country's own tariff."""
