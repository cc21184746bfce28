"""What a tariff says of a line of goods: the row, each step, each rounding. Free of Django and of float."""
