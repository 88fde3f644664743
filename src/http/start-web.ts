import { createHash } from 'node:crypto';
import type { AddressInfo, Socket } from 'node:net';
import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import { Fault } from '../domain/fault.ts';
import type { PageFor, Pages, ServedLogo } from '../domain/pages.ts';
import { addBoard, type BoardActions } from './board-page.ts';
import { addHealth, type HealthActions } from './health.ts';
import { addLinkPages, type LinkActions, sendPage, tokenOf } from './link-pages.ts';

export type WebActions = LinkActions & HealthActions & Pick<BoardActions, 'board'>;

export type WebOptions = {
  host: string;
  /** 0 takes any free port. */
  port: number;
  actions: WebActions;
  pages: Pages;
  /** Whose page says that something went wrong, when nobody can look whose it would be. */
  anyPage: PageFor;
  /** Addresses or networks of proxies whose X-Forwarded-For is believed, comma-separated; undefined: nobody's. */
  trustProxy: string | undefined;
  /** Told of what went wrong on our side; never given a path, which would hold a token. */
  onError(error: unknown): void;
};

export type Web = { port: number; close(): Promise<void> };

const MAX_BODY = 64 * 1024;
const PER_ADDRESS = { max: 120, timeWindow: 60_000 };
const PER_TOKEN = { max: 30, timeWindow: 60_000 };
/** A client has this long for its header, for its whole request, and between requests. */
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 15_000, keepAliveTimeout: 5_000, connectionTimeout: 30_000 };

/**
 * The pages behind links, health and metrics. Nothing is logged here: paths hold tokens.
 *
 * @throws Fault `template-broken`; `settings-invalid` where the address cannot be listened on or a proxy is no address
 */
export async function startWeb(options: WebOptions): Promise<Web> {
  const { pages } = options;
  const app = makeServer(options.trustProxy);
  await addHeaders(app, options);
  refuseAmbiguous(app);
  await app.register(formbody, { bodyLimit: MAX_BODY });
  await app.register(rateLimit, { ...PER_ADDRESS, global: true, cache: 20_000 });
  const countToken = app.createRateLimit({ ...PER_TOKEN, keyGenerator: (request) => tokenOf(request).toLowerCase() });
  addErrorPages(app, options, pages);
  addHealth(app, options.actions, options.onError);
  addLogos(app, pages.logos);
  addBoard(app, options.actions, pages);
  addLinkPages(app, options.actions, pages, async (request) => {
    const count = await countToken(request);
    return { allowed: count.isAllowed || !count.isExceeded };
  });
  await listenForRequests(app, options);
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
}

function makeServer(trustProxy: string | undefined): FastifyInstance {
  const { headersTimeout, ...timeouts } = TIMEOUTS;
  try {
    return fastify({
      logger: false,
      bodyLimit: MAX_BODY,
      ...timeouts,
      http: { headersTimeout, connectionsCheckingInterval: 2_000 },
      forceCloseConnections: 'idle',
      ...(trustProxy === undefined ? {} : { trustProxy }),
      clientErrorHandler: refuseConnection,
      rewriteUrl: (request) => readableUrl(request.url ?? '/'),
    });
  } catch (cause) {
    throw new Fault('settings-invalid', 'TRUST_PROXY is no list of addresses or networks', { cause });
  }
}

const REFUSALS: Record<string, string> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Content Too Large',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

/** What the HTTP parser itself refuses never becomes a request: a bare status, and the connection is over. */
function refuseConnection({ code }: { code?: string }, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) return;
  const status = REFUSALS[code ?? ''] ?? '400 Bad Request';
  const head = `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\nCache-Control: no-store\r\n\r\n`;
  socket.end(head, () => socket.destroy());
}

async function listenForRequests(app: FastifyInstance, { host, port }: WebOptions): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    const why = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : '';
    throw new Fault('settings-invalid', `HTTP_HOST and HTTP_PORT: nothing can listen on ${host} port ${port}${why}`, {
      cause,
    });
  }
}

/** A path that cannot be decoded is a bad token like any other, and gets the same page. */
function readableUrl(url: string): string {
  try {
    decodeURIComponent(url.split('?')[0] ?? '');
    return url;
  } catch {
    return '/t/unreadable';
  }
}

/** RFC 9112 section 3.2 for two Hosts; and HTTP/0.9, which has no header at all, is nobody's browser. */
function refuseAmbiguous(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ raw }, reply) => {
    const hosts = raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
    if (hosts > 1 || raw.httpVersionMajor < 1) return notUnderstood(reply, 400);
    return undefined;
  });
}

function notUnderstood(reply: FastifyReply, status: number): FastifyReply {
  return reply.code(status).type('text/plain; charset=utf-8').send('This request was not understood.\n');
}

/** Logos that are files; a page of ours names each. */
function addLogos(app: FastifyInstance, logos: readonly ServedLogo[]): void {
  for (const { path, contentType, content } of logos) {
    app.get(path, async (_request, reply) => reply.type(contentType).send(content));
  }
}

/** Nothing but our own style, our own form and the desk's logos; no script at all, no framing, no referrer, no copies, no index. */
async function addHeaders(app: FastifyInstance, { pages }: WebOptions): Promise<void> {
  const logoSources = [...pages.logoOrigins, ...(pages.logos.length > 0 ? ["'self'"] : [])];
  await app.register(helmet, {
    global: true,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        // Each inline style by its digest (CSP 3, section 2.3.1).
        styleSrc: pages.styles.map(styleSource),
        ...(logoSources.length === 0 ? {} : { imgSrc: logoSources }),
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    // Whether the whole domain is to be reached by TLS only is for the proxy that holds the certificate to say.
    strictTransportSecurity: false,
  });
  app.addHook('onSend', async (_request, reply) => {
    reply.headers({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex, nofollow' });
  });
}

function styleSource(style: string): string {
  return `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
}

/** Faults of the client keep their status and lose their words; our own are told to `onError`. */
function addErrorPages(app: FastifyInstance, options: WebOptions, pages: Pages): void {
  app.setErrorHandler(async (error: unknown, _request, reply) => {
    const status = statusOfError(error);
    const page = await options.actions.look('').catch(() => options.anyPage);
    if (status === 429) return sendPage(reply, 429, pages.busy(page));
    if (status < 500) return notUnderstood(reply, status);
    options.onError(error);
    return sendPage(reply, 503, pages.failed(page));
  });
}

function statusOfError(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : 500;
  return status >= 400 && status <= 599 ? status : 500;
}
