FROM python:3.11-slim-bookworm
RUN groupadd --gid 1000 temporal && useradd --uid 1000 --gid 1000 temporal
COPY temporal-server /usr/local/bin/
COPY temporal.entrypoint.sh /etc/temporal/entrypoint.sh
RUN chmod 755 /usr/local/bin/temporal-server
WORKDIR /etc/temporal
USER temporal
CMD ["/bin/sh", "/etc/temporal/entrypoint.sh"]
