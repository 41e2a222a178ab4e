# One target for each process of Segue. Every target has an environment of its own, installed from a lock file with
# hashes in a stage of its own, so that nothing needed for building is in any image.
#   docker build --target gateway -t segue/gateway .
ARG PYTHON=python:3.11-slim-bookworm

FROM ${PYTHON} AS build
COPY deploy/images /build/

FROM build AS build-service
RUN /build/install kit
FROM build-service AS build-gateway
RUN /build/install gateway
FROM build-service AS build-audio
RUN /build/install audio
FROM build-service AS build-api
RUN /build/install api
FROM build-service AS build-worker
RUN /build/install worker
FROM build-service AS build-setup
RUN /build/install setup
FROM build AS build-node
RUN /build/install node
FROM build AS build-simulator
RUN /build/install simulator

# What all have in common. Folders that volumes are mounted at belong to the user that writes there: a new volume takes
# over owner and content.
FROM ${PYTHON} AS base
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="Segue" \
      org.opencontainers.image.description="A Discord music bot as a gRPC-contract service mesh" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
RUN groupadd --gid 1000 segue \
 && useradd --uid 1000 --gid 1000 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin segue \
 && for pod in gateway audio api worker edge node migrate postgres ca; do \
      install -d -o segue -g segue -m 755 "/run/segue/$pod"; done \
 && install -d -o segue -g segue /var/lib/segue/simulator /music
ENV PATH=/venv/bin:$PATH \
    PYTHONPATH=/app:/app/gen/python:/app/envoy:/app/lavalink \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
STOPSIGNAL SIGTERM

FROM base AS service
COPY kit kit
COPY gen/python gen/python
RUN python3 -m compileall -q kit gen

FROM service AS gateway
COPY --from=build-gateway /venv /venv
COPY gateway gateway
RUN python3 -m compileall -q gateway
USER 1000:1000
HEALTHCHECK --interval=30s --timeout=10s --retries=3 --start-period=40s \
  CMD ["python3", "-m", "kit.probe", "unix:/run/segue/gateway/app.sock"]
CMD ["python3", "-m", "gateway"]

FROM service AS audio
COPY --from=build-audio /venv /venv
COPY audio audio
RUN python3 -m compileall -q audio
USER 1000:1000
HEALTHCHECK --interval=30s --timeout=10s --retries=3 --start-period=60s \
  CMD ["python3", "-m", "kit.probe", "unix:/run/segue/audio/app.sock"]
CMD ["python3", "-m", "audio"]

FROM service AS api
COPY --from=build-api /venv /venv
COPY gen/contract.binpb gen/
COPY api api
RUN python3 -m compileall -q api
USER 1000:1000
HEALTHCHECK --interval=30s --timeout=10s --retries=3 --start-period=40s \
  CMD ["python3", "-m", "kit.probe", "unix:/run/segue/api/app.sock"]
CMD ["python3", "-m", "api"]

FROM service AS worker
COPY --from=build-worker /venv /venv
COPY worker worker
RUN python3 -m compileall -q worker
USER 1000:1000
HEALTHCHECK --interval=30s --timeout=10s --retries=3 --start-period=40s \
  CMD ["python3", "-m", "kit.probe", "unix:/run/segue/worker/app.sock"]
CMD ["python3", "-m", "worker"]

# Migrates the database, and provides the proxies and everybody's secrets.
FROM service AS setup
COPY --from=build-setup /venv /venv
COPY gen/contract.binpb gen/
COPY envoy envoy
COPY deploy/__init__.py deploy/
COPY deploy/containers deploy/containers
COPY gateway/migrations gateway/migrations
COPY audio/migrations audio/migrations
COPY api/migrations api/migrations
COPY worker/migrations worker/migrations
# Lavalink's image has no folder for its plugins: a new volume takes its owner from here, or it would be root's.
RUN python3 -m compileall -q . && install -d -o 322 -g 322 /run/segue/plugins
USER 1000:1000
CMD ["python3", "-m", "kit.migrate"]

FROM base AS node
COPY --from=build-node /venv /venv
COPY lavalink/audionode lavalink/audionode
COPY kit/probe.py kit/
COPY deploy/__init__.py deploy/
COPY deploy/local/__init__.py deploy/local/music.py deploy/local/
RUN python3 -m compileall -q . && python3 -m deploy.local.music /music
USER 1000:1000
HEALTHCHECK --interval=30s --timeout=10s --retries=3 --start-period=40s \
  CMD ["sh", "-c", "python3 -m kit.probe http://127.0.0.1:2333/version \"Authorization: $(cat \"$NODE_PASSWORD_FILE\")\""]
CMD ["python3", "-m", "audionode"]

FROM base AS simulator
COPY --from=build-simulator /venv /venv
COPY simulator simulator
COPY kit/probe.py kit/
RUN python3 -m compileall -q .
USER 1000:1000
HEALTHCHECK --interval=30s --timeout=10s --retries=3 --start-period=40s \
  CMD ["python3", "-m", "kit.probe", "http://127.0.0.1:3100/sim/v1/world"]
CMD ["python3", "-m", "simulator"]
