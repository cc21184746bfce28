"""What the Perez-Guerrero Trust Fund asks of a proposal, checked before anything is sent."""
