"""What turns windows of speech into rows of weights: the interface, the registry and one file a back end."""
