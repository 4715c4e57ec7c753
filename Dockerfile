# Builds one image that serves, builds and shows the console. No secret is in it.
FROM python:3.11-slim-bookworm AS build
WORKDIR /kmqa
RUN python -m venv /venv
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN /venv/bin/pip install --no-cache-dir --no-deps --index-url https://download.pytorch.org/whl/cpu torch==2.13.0+cpu \
    && /venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY kmqa kmqa
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN useradd --create-home --uid 10001 kmqa && mkdir -p /data && chown kmqa /data
COPY --from=build /venv /venv
USER 10001
WORKDIR /data
ENV PATH=/venv/bin:$PATH KMQA_CORPUS=/data/corpus KMQA_INDEX=/data/index
EXPOSE 8080 8070
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
CMD ["kmqa", "serve", "--role", "web", "--host", "0.0.0.0", "--port", "8080"]
