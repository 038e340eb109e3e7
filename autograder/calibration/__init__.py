"""What the gates of the training runs rest on: right solutions and known bugs over many seeds."""
