# syntax=docker/dockerfile:1
# The gateway, for any supergraph: docker build -f deploy/docker/gateway.Dockerfile -t plaza-gateway .
# It reads /etc/plaza/gateway.yaml, which names the supergraph; docs/running-with-compose.md has both.

# The Node that the tests run on (`node` in package.json).
FROM node:24.21.0-slim AS base

FROM base AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY schema/package.json schema/
COPY pub-sub/package.json pub-sub/
COPY gateway/package.json gateway/

# No install script is needed: compilers bring their binaries as packages, and Node is in the image.
FROM manifests AS build
RUN --mount=type=cache,target=/root/.npm \
  npm ci --ignore-scripts --workspace @plaza/gateway --include-workspace-root
COPY tsconfig.base.json ./
COPY schema/ schema/
COPY pub-sub/ pub-sub/
COPY gateway/ gateway/
RUN npm run generate --workspace @plaza/gateway && npx --no-install tsc -b gateway

FROM manifests AS dependencies
RUN --mount=type=cache,target=/root/.npm \
  npm ci --ignore-scripts --omit=dev --omit=optional --workspace @plaza/gateway

FROM base AS runtime
ENV NODE_ENV=production
ENV GATEWAY_CONFIG=/etc/plaza/gateway.yaml GATEWAY_HOST=0.0.0.0
ENV HEALTH_URL=http://127.0.0.1:4000/live
WORKDIR /app
COPY --from=dependencies /app/ ./
COPY --from=build /app/schema/dist/src/ schema/dist/src/
COPY --from=build /app/pub-sub/dist/src/ pub-sub/dist/src/
COPY --from=build /app/gateway/dist/src/ gateway/dist/src/
COPY --from=build /app/gateway/dist/explorer/ gateway/dist/explorer/
WORKDIR /app/gateway
USER 1000:1000
EXPOSE 4000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --start-interval=1s --retries=3 \
  CMD ["node", "-e", "fetch(process.env.HEALTH_URL).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/main.js"]
