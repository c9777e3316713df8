"""Understood events become rows: one transaction a batch, live messages on commit."""
