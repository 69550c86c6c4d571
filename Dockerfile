# Two images from one file: `production` (the last, the default) holds what a worker or an API needs; `demo` has the
# stand-in for NTT and the mail catcher as well. Neither holds a development tool, a key or a setting.
ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS packages
WORKDIR /opt/keiyaku
COPY deploy/requirements.lock production.lock
RUN python -m venv /opt/keiyaku/venv \
 && /opt/keiyaku/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r production.lock \
 && /opt/keiyaku/venv/bin/pip uninstall --yes --quiet pip

FROM python:${PYTHON} AS demo-packages
WORKDIR /opt/keiyaku
COPY requirements.lock whole.lock
RUN python -m venv /opt/keiyaku/venv \
 && /opt/keiyaku/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r whole.lock

FROM python:${PYTHON} AS base
# The number is part of the contract with the host: secrets are files that this user must be able to read.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin keiyaku
RUN install -d -o keiyaku -g keiyaku /data
WORKDIR /srv/keiyaku
ENV PATH=/opt/keiyaku/venv/bin:$PATH \
    PYTHONPATH=/srv/keiyaku \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    KEIYAKU_HOME=/tmp/keiyaku
COPY . .
RUN python -m compileall -q .
USER 10001:10001
ENTRYPOINT ["python", "-m", "cli"]
CMD ["--help"]

FROM base AS demo
COPY --from=demo-packages /opt/keiyaku/venv /opt/keiyaku/venv
ARG VERSION=unnamed
LABEL org.opencontainers.image.version=${VERSION}

FROM base AS production
COPY --from=packages /opt/keiyaku/venv /opt/keiyaku/venv
# Last, so that another version of the same packages is built in a moment.
ARG VERSION=unnamed
LABEL org.opencontainers.image.version=${VERSION}
# Executions stay with the version they began on; a worker of this image takes part as this one.
ENV KEIYAKU_BUILD_ID=${VERSION}
