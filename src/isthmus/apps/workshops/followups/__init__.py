"""The follow-up form: an accepted delegate tells on the node of the country what the journey needs."""
