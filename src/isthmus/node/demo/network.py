"""What can be asked of the network's people at the keyboards: topics, partners, experts."""

from isthmus.node.demo import experts, partners, projects

KEYS = (
    projects.enter_topics,
    projects.trade_topic,
    projects.join_trade,
    projects.contribute_to_trade,
    projects.put_trade_gate,
    projects.sign_trade_gate,
    projects.open_trade_gate,
    partners.enter_needs_and_offers,
    partners.ask_best,
    partners.agree_to_first,
    experts.enter_experts,
    experts.state_engagement,
    experts.answer_engagements,
)
"""What can be asked for here."""
