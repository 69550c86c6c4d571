FROM python:3.11-slim
WORKDIR /srv/keiyaku
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . && useradd --create-home keiyaku
USER keiyaku
ENTRYPOINT ["keiyaku"]
CMD ["--help"]
