"""The desk: pages for the people who do this job, at `/desk`; every command goes in by the doors of the API."""
