"""The pages of E-Trade: thin; who may is asked of the policy, what happens is done by the services."""
