"""The pages of the exchange: thin. Who may is asked of the policy, what happens is done by the services."""
