"""Coming back from an older state: nothing lost, no number used twice.

``marking`` stops the streams, ``claims`` those of one partner on its word, ``taking`` fetches back what
partners hold, ``giving`` is the partner's side of it, ``holding`` keeps what is published meanwhile,
``epochs`` and ``offers`` are for two histories.
"""
