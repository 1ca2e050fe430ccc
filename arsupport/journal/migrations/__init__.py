"""Alembic migrations of the journal's database; ``Database.open`` runs them."""
