"""What users and their programs reach: the pages, the API and the live stream, on one port."""
