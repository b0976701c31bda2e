FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json assets.mjs bundle.config.mjs ./
COPY src ./src
RUN npm run bundle

FROM node:24-bookworm-slim
ENV NODE_ENV=production
# The clocks of those who are called: Node's own are months behind the laws, and the base image has those of its day. Of this and what the bundle brings along
# the newer one counts; Debian followed tz 2026c after 75 days, and 2026f after 2.
RUN apt-get update && apt-get install -y --no-install-recommends tzdata && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/dist/bundle ./dist
COPY package.json ./
# The user node: by a name alone Kubernetes (runAsNonRoot) cannot tell that it is not root.
USER 1000
EXPOSE 4000
# Where the gateway listens; the address for any leads to this machine. Not fetch, which refuses some ports. What it throws is the output of the check.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s \
  CMD ["node", "-e", "const host = process.env.HOST?.trim() || '0.0.0.0'; const port = Number(process.env.PORT?.trim() || 4000); if (port === 0) throw new Error('PORT is 0: only the log tells the port'); require('node:http').get({ host, port, path: '/livez' }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1))"]
# Node itself is process 1: it gets SIGTERM and drains.
CMD ["node", "dist/main.js"]
