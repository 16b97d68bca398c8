"""The public booking flow: urls, forms, views, presenters, webhooks. No models."""
