# The whole platform in one image: engine, native core, terminal. PostgreSQL and Redis are given from outside
# (docker-compose.yml); without DATABASE_URL the embedded PostgreSQL of the lock file runs inside.
#
# Debian, not Alpine: uWebSockets.js and the embedded PostgreSQL are built for glibc.

# --- the native core, which needs Rust and nothing else of the image below
FROM rust:1-slim-bookworm AS native
WORKDIR /src
COPY Cargo.toml Cargo.lock rustfmt.toml ./
COPY schemas/gen/rust schemas/gen/rust
COPY core-native core-native
COPY bench/load bench/load
RUN cargo build --release --locked -p jware-node

# --- packages, TypeScript and the terminal
FROM node:22-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
COPY schemas/package.json schemas/
COPY core-native/package.json core-native/
COPY feed/package.json feed/
COPY engine/package.json engine/
COPY engine/bin engine/bin
COPY ui/package.json ui/
COPY client/typescript/package.json client/typescript/
COPY bench/package.json bench/
RUN npm ci --no-audit --no-fund
COPY . .
RUN npx tsc -b engine && cd ui && npx vite build --logLevel warn
# What the running platform needs of node_modules, and no more.
RUN npm prune --omit=dev --no-audit --no-fund

# --- what runs
FROM node:22-bookworm-slim
ARG TARGETARCH=amd64
ENV NODE_ENV=production \
    JWARE_HOST=0.0.0.0 \
    JWARE_DATA_DIR=/data
WORKDIR /app
RUN groupadd --system --gid 10001 jware \
 && useradd --system --uid 10001 --gid jware --home-dir /data --shell /usr/sbin/nologin jware \
 && install -d -o jware -g jware -m 0711 /data
COPY --from=build /src/package.json ./
COPY --from=build /src/node_modules node_modules
COPY --from=build /src/schemas/package.json schemas/
COPY --from=build /src/schemas/dist schemas/dist
COPY --from=build /src/schemas/sql schemas/sql
COPY --from=build /src/schemas/refusals.json schemas/
COPY --from=build /src/core-native/package.json core-native/
COPY --from=build /src/core-native/dist core-native/dist
COPY --from=build /src/feed/package.json feed/
COPY --from=build /src/feed/dist feed/dist
COPY --from=build /src/engine/package.json engine/
COPY --from=build /src/engine/bin engine/bin
COPY --from=build /src/engine/dist engine/dist
COPY --from=build /src/ui/dist ui/dist
COPY --from=native /src/target/release/libjware_node.so core-native/jware-core.node
RUN case "$TARGETARCH" in arm64) arch=arm64 ;; *) arch=x64 ;; esac \
 && mv core-native/jware-core.node "core-native/jware-core.linux-$arch-gnu.node"
USER jware
VOLUME /data
EXPOSE 8080 8081
# SIGTERM ends the platform cleanly within five seconds.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.JWARE_HTTP_PORT ?? 8080}/health/ready`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "engine/dist/main.js"]
