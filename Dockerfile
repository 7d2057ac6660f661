# syntax=docker/dockerfile:1
# Gatehouse in a container: docs/install.md says how it is run, docs/releasing.md how its base images are pinned.
# The version of Node.js is the one that runtime/package.json names and the tests run on.
ARG NODE_VERSION=24.21.0

FROM node:${NODE_VERSION}-bookworm-slim AS build
WORKDIR /source
COPY package.json package-lock.json .npmrc ./
# No package's own script runs; `npm install` in place of `npm ci` because the lock file leaves out other platforms' tools.
RUN npm install --no-save --ignore-scripts --no-audit --no-fund
COPY . .
RUN node scripts/build-dashboard.mjs && node scripts/package.ts
RUN npm ci --prefix dist/package --ignore-scripts --no-audit --no-fund && mkdir -p /state/gatehouse

FROM gcr.io/distroless/cc-debian12:nonroot
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Gatehouse" \
      org.opencontainers.image.description="A self-hosted, Auth0-compatible authorization server for the OAuth 2.0 password grant." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /source/dist/package /opt/gatehouse
COPY --from=build --chown=65532:65532 /state/gatehouse /var/lib/gatehouse
# A number, so that an orchestrator can see that it is not root.
USER 65532:65532
WORKDIR /var/lib/gatehouse
# The folder of the database is made inside of the volume, for its owner only, whatever the mode of the volume is.
ENV GATEHOUSE_DATA_DIR=/var/lib/gatehouse/data
VOLUME ["/var/lib/gatehouse"]
EXPOSE 3000 3443
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s --retries=3 \
  CMD ["/usr/local/bin/node", "/opt/gatehouse/lib/main.js", "health"]
ENTRYPOINT ["/usr/local/bin/node", "--disable-sigusr1", "/opt/gatehouse/lib/main.js"]
CMD ["serve"]
