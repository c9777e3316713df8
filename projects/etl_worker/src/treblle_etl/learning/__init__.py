"""What requests teach of an API, learned beside the path of a request: endpoints, their schemas,
documents and changes.

One run a project at a time counts (`project.learn_project`): it reads rows and masked details
that are loaded already, and publishes what it found in one transaction. Workers ask what was
published last (`published`). A run that lost a race throws its work away.
"""
