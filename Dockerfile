# The command line of dicom-lake: verify, watch and the others. docs/container.md tells of building and running it.
ARG NODE_IMAGE=node:22.23.3-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build

# What runs, without what deploys: cdktf, constructs and the provider are peers.
FROM ${NODE_IMAGE} AS packages
WORKDIR /packages
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=peer --ignore-scripts --no-audit --no-fund

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="dicom-lake" \
      org.opencontainers.image.description="Proves that a DICOM service and its data lake work" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
WORKDIR /opt/dicom-lake
COPY --from=packages /packages ./
COPY --from=build /build/dist dist
# The one folder that is written to: the journal of what was sent lies in it.
WORKDIR /state
RUN chown 1000:1000 .
USER 1000:1000
# Node is process 1: the command listens to SIGTERM and SIGINT itself, and starts no other process.
ENTRYPOINT ["node", "/opt/dicom-lake/dist/cli/dicom-lake.js"]
CMD ["--help"]
