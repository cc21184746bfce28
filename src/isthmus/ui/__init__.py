"""What every page wears: shell, style sheet, forms, lists, components and charts. No models, no domain."""
