"""The whole of Treblle on one machine, without services: its processes under one supervisor."""
