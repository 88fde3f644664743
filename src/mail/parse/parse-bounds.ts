/** Kept apart from the parser, so that a process which only hands mails to parser processes does not load it. */

/** What a mail may cost; each has its own reason when it is passed. Sizes in bytes. */
export type ParseBounds = {
  maxBytes: number;
  /** Multiparts within multiparts. */
  maxDepth: number;
  maxParts: number;
  /** Of the header fields of all parts together. */
  maxHeaderBytes: number;
};

export const DEFAULT_PARSE_BOUNDS: ParseBounds = {
  maxBytes: 50 * 1024 * 1024,
  maxDepth: 100,
  maxParts: 1_000,
  maxHeaderBytes: 1024 * 1024,
};
