"""The ETL worker: raw events become understood requests, rows, roll-ups and live messages.

Data goes through three rooms, once: `extract` (objects and the wire formats of the SDKs into one
typed event), `transform` (pure functions on that event), `load` (one transaction a batch).
"""
