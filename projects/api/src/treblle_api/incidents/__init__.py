"""Problems of a project's API: what fails alike, again and again.

The folder is not called `problems`: these are RFC 9457's in this project.
"""
