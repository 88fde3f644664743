# One image for every role. It brings its own Node and expects DATABASE_URL, so the embedded Postgres stays out.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
# Half of what V8 would take for young objects, at the same speed (docs/operations.md).
ENV NODE_ENV=production NODE_OPTIONS=--max-semi-space-size=8
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY bin ./bin
COPY src ./src
COPY workers ./workers
COPY templates ./templates
COPY migrations ./migrations
RUN mkdir node_modules/.cache && chown node:node node_modules/.cache
USER node
EXPOSE 8080
ENTRYPOINT ["node", "bin/turnmail"]
CMD ["up"]
