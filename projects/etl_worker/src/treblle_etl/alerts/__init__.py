"""Alert rules, evaluated from roll-ups every minute; deliveries are the platform's to send.

`measuring` reads a rule's metric, `judging` says what follows (pure), `evaluation` writes it down.
"""
