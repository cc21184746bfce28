"""Pages of country plans: the delegate's, the country's and the secretariat's."""
