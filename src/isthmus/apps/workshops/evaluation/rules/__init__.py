"""Results that show nobody their own answer, or anybody else's."""
