# The page, the wheel, then a small image that holds neither node nor a compiler.
ARG NODE_IMAGE=node:22-slim
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${NODE_IMAGE} AS page
WORKDIR /build/dashboard
COPY dashboard/package.json dashboard/package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY dashboard/ ./
RUN npm run build -- --outDir /build/page --emptyOutDir

FROM ${PYTHON_IMAGE} AS program
WORKDIR /build
RUN python -m venv /opt/aerotrack
COPY pyproject.toml README.md LICENSE hatch_build.py ./
COPY src/ src/
COPY --from=page /build/page/ src/aerotrack/web/page/
RUN AEROTRACK_SKIP_WEB=1 /opt/aerotrack/bin/pip install --no-cache-dir --disable-pip-version-check .

FROM ${PYTHON_IMAGE}
RUN groupadd --gid 10001 aerotrack \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/aerotrack aerotrack \
    && install -d -o aerotrack -g aerotrack -m 0700 /var/lib/aerotrack
COPY --from=program /opt/aerotrack /opt/aerotrack
ENV PATH=/opt/aerotrack/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    AEROTRACK_HOST=0.0.0.0 \
    AEROTRACK_DATA_DIR=/var/lib/aerotrack
USER 10001:10001
WORKDIR /var/lib/aerotrack
VOLUME /var/lib/aerotrack
EXPOSE 8080
STOPSIGNAL SIGTERM
# Not urllib: it would ask the proxy that the container's environment may name.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ.get('AEROTRACK_PORT') or 8080), timeout=2); c.request('GET', '/readyz'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["aerotrack"]
CMD ["serve"]
