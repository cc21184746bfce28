"""Who may make, store and bring in excise goods: operators, tax warehouses, authorisations, products."""
