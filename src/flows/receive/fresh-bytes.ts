import type { InboundId } from '../../domain/ticket/ids.ts';

/**
 * The bytes of mails that this process has just stored, so that deciding them in the same process need not read them back, nor
 * passing their files on to agents. A few megabytes, the newest; what is not here is read from the database.
 */
export type FreshBytes = {
  keep(id: InboundId, raw: Buffer): void;
  /** Hands the bytes over to be decided about. */
  take(id: InboundId): Buffer | undefined;
  /** Bytes that had to be read from the database to be decided about: they may be needed again for their files. */
  keepForFiles(id: InboundId, raw: Buffer): void;
  /** The bytes of a mail that was decided about a moment ago. Which of its files still exist the database alone says. */
  forFiles(id: InboundId): Buffer | undefined;
  /** Mails that wait to be decided about. */
  ids(): InboundId[];
};

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_DECIDED_BYTES = 8 * 1024 * 1024;
const MAX_MAILS = 500;
/** Agents are told within seconds; nothing of a mail stays in memory for longer than it may be needed. */
const KEEP_DECIDED_MS = 60_000;
/** Most smaller mails hold no file. */
const MIN_WITH_FILES = 16 * 1024;

export function createFreshBytes(): FreshBytes {
  const waiting = keepNewest(MAX_BYTES);
  const decided = keepNewest(MAX_DECIDED_BYTES);
  const keepForFiles = (id: InboundId, raw: Buffer) => {
    if (raw.length < MIN_WITH_FILES) return;
    decided.keep(id, raw);
    setTimeout(() => decided.take(id), KEEP_DECIDED_MS).unref();
  };
  return {
    keep: waiting.keep,
    take: (id) => {
      const raw = waiting.take(id);
      if (raw) keepForFiles(id, raw);
      return raw;
    },
    keepForFiles,
    forFiles: decided.get,
    ids: waiting.ids,
  };
}

/** The newest mails, as many as fit. */
function keepNewest(maxBytes: number) {
  const kept = new Map<InboundId, Buffer>();
  let bytes = 0;
  const take = (id: InboundId) => {
    const raw = kept.get(id);
    if (kept.delete(id)) bytes -= raw?.length ?? 0;
    return raw;
  };
  return {
    keep: (id: InboundId, raw: Buffer) => {
      take(id);
      kept.set(id, raw);
      bytes += raw.length;
      for (const oldest of kept.keys()) {
        if (bytes <= maxBytes && kept.size <= MAX_MAILS) return;
        take(oldest);
      }
    },
    take,
    get: (id: InboundId) => kept.get(id),
    ids: () => [...kept.keys()],
  };
}
