"""The activity as IATI 2.03 XML, and the rulesets that such files are checked by."""
