# Debian's PostgreSQL: Temporal's visibility needs the extension btree_gin, which the packaged one lacks.
FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install --yes --no-install-recommends postgresql-common \
 && echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf \
 && apt-get install --yes --no-install-recommends postgresql \
 && ln -s /usr/lib/postgresql/*/bin /opt/postgresql && rm -rf /var/lib/apt/lists/*
ENV PATH=/opt/postgresql:$PATH
COPY postgres.entrypoint.sh /usr/local/bin/docker-entrypoint.sh
VOLUME /var/lib/postgresql
STOPSIGNAL SIGINT
ENTRYPOINT ["/bin/sh", "/usr/local/bin/docker-entrypoint.sh"]
CMD ["postgres"]
