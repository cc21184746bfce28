"""The law and arithmetic of declarations: states, procedures, units, amounts, tariff editions. Pure."""
