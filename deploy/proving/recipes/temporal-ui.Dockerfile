FROM python:3.11-slim-bookworm
RUN install -d /srv/empty && echo 'The Temporal Web UI has no package here: this page stands in for it.' > /srv/empty/index.html
USER nobody
# The first process of a container hears only the signals it asks for; Python asks for this one.
STOPSIGNAL SIGINT
CMD ["python3", "-m", "http.server", "8080", "--directory", "/srv/empty"]
