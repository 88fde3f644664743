import type { InboundId } from '../../domain/ids.ts';

/**
 * The bytes of mails that this process has just stored, so that deciding them in the same process need not read them back.
 * A few megabytes, the newest; what is not here is read from the database.
 */
export type FreshBytes = {
  keep(id: InboundId, raw: Buffer): void;
  /** Hands the bytes over: they are kept no longer. */
  take(id: InboundId): Buffer | undefined;
  ids(): InboundId[];
};

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_MAILS = 500;

export function createFreshBytes(): FreshBytes {
  const kept = new Map<InboundId, Buffer>();
  let bytes = 0;
  const take = (id: InboundId) => {
    const raw = kept.get(id);
    if (kept.delete(id)) bytes -= raw?.length ?? 0;
    return raw;
  };
  return {
    keep: (id, raw) => {
      take(id);
      kept.set(id, raw);
      bytes += raw.length;
      for (const oldest of kept.keys()) {
        if (bytes <= MAX_BYTES && kept.size <= MAX_MAILS) return;
        take(oldest);
      }
    },
    take,
    ids: () => [...kept.keys()],
  };
}
