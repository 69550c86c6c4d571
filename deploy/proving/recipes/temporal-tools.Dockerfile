FROM python:3.11-slim-bookworm
RUN groupadd --gid 1000 temporal && useradd --uid 1000 --gid 1000 temporal
COPY temporal temporal-sql-tool /usr/local/bin/
RUN chmod 755 /usr/local/bin/temporal /usr/local/bin/temporal-sql-tool
USER temporal
CMD ["sleep", "infinity"]
