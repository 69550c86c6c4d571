"""The desk: the pages of the people who do this job, at `/desk`. Server-rendered; every command goes in by the API's door."""
