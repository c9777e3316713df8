"""The API customers of a project: who they are, what they call, what fails for them."""
