# The service, as it runs in production: Node.js runs the TypeScript itself, so there is nothing to build.
FROM node:24.21.0-alpine AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24.21.0-alpine
WORKDIR /app
ENV NODE_ENV=production API_HOST=0.0.0.0 API_PORT=8080
COPY --from=dependencies /app/node_modules node_modules
# What is copied from src is bounded by .dockerignore: no local Slack workspace, no demo, no set-up. Policies are OPA's.
COPY package.json LICENSE ./
COPY src src
# So that "docker compose exec countersign countersign doctor" is said as on any other machine.
RUN chmod 755 src/cli/main.ts && ln -s /app/src/cli/main.ts /usr/local/bin/countersign
# Where the audit is sealed: mount a volume here.
RUN mkdir audit && chown node:node audit
USER node
EXPOSE 8080 3000
# Asks the API: run a container without the role api with --no-healthcheck.
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.API_PORT}/healthz`).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "src/cli/main.ts"]
CMD ["serve"]
