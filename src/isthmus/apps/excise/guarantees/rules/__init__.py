"""What a guarantee allows, and how amounts move between its accounts."""
