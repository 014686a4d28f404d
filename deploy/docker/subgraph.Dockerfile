# syntax=docker/dockerfile:1
# One subgraph by its name: docker build -f deploy/docker/subgraph.Dockerfile \
#   --build-arg SUBGRAPH=identity --build-arg PORT=4001 -t plaza-identity .
# Besides serving (the default) the image migrates: node dist/src/migrate.js

# The Node that the tests run on (`node` in package.json).
FROM node:24.21.0-slim AS base

FROM base AS manifests
ARG SUBGRAPH
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY schema/package.json schema/
COPY prisma/package.json prisma/
COPY pub-sub/package.json pub-sub/
COPY subgraphs/kit/package.json subgraphs/kit/
COPY subgraphs/${SUBGRAPH}/package.json subgraphs/${SUBGRAPH}/

# No install script is needed: compilers bring their binaries as packages, and Node is in the image.
FROM manifests AS build
ARG SUBGRAPH
RUN --mount=type=cache,target=/root/.npm \
  npm ci --ignore-scripts --workspace @plaza/${SUBGRAPH} --include-workspace-root
COPY tsconfig.base.json ./
COPY schema/ schema/
COPY prisma/ prisma/
COPY pub-sub/ pub-sub/
COPY subgraphs/kit/ subgraphs/kit/
COPY subgraphs/${SUBGRAPH}/ subgraphs/${SUBGRAPH}/
RUN npm run generate --workspace @plaza/${SUBGRAPH} && npx --no-install tsc -b subgraphs/${SUBGRAPH}

# Optional packages are the embedded PostgreSQL and pg's native driver: a server takes their place.
FROM manifests AS dependencies
ARG SUBGRAPH
RUN --mount=type=cache,target=/root/.npm \
  npm ci --ignore-scripts --omit=dev --omit=optional --workspace @plaza/${SUBGRAPH}

FROM base AS runtime
ARG SUBGRAPH
ARG PORT
ENV NODE_ENV=production
ENV SUBGRAPH_HOST=0.0.0.0
ENV HEALTH_URL=http://127.0.0.1:${PORT}/live
# For what must outlive the container: a volume mounted here belongs to the process.
RUN install -d -o 1000 -g 1000 /var/lib/plaza
WORKDIR /app
COPY --from=dependencies /app/ ./
COPY --from=build /app/schema/dist/src/ schema/dist/src/
COPY --from=build /app/prisma/dist/src/ prisma/dist/src/
COPY --from=build /app/pub-sub/dist/src/ pub-sub/dist/src/
COPY --from=build /app/prisma/${SUBGRAPH}/migrations/ prisma/${SUBGRAPH}/migrations/
COPY --from=build /app/subgraphs/kit/dist/src/ subgraphs/kit/dist/src/
COPY --from=build /app/subgraphs/${SUBGRAPH}/dist/src/ subgraphs/${SUBGRAPH}/dist/src/
WORKDIR /app/subgraphs/${SUBGRAPH}
USER 1000:1000
EXPOSE ${PORT}
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --start-interval=1s --retries=3 \
  CMD ["node", "-e", "fetch(process.env.HEALTH_URL).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/main.js"]
