"""The alarms of witnesses; what to do about each stands in the alarm book."""

SPLIT_VIEW = "exchange.split-view"
PROOF_WRONG = "exchange.proof-wrong"
PROOF_OWED = "exchange.proof-owed"
OWN_BEHIND = "exchange.own-log-behind"
OWN_FORKED = "exchange.own-log-forked"
