"""Pages of permits and quotas."""
