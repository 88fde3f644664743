/** What a mark in a past answer stands on; `rest` on the end of a long one, which nobody looked at. */
export type MarkKind = 'name' | 'address' | 'number' | 'secret' | 'date' | 'amount' | 'link' | 'file' | 'rest';

/** Something personal in a past answer, by its place in the answer as it was sent. */
export type Mark = { kind: MarkKind; from: number; to: number };

/** The part of a past answer that may be sent again: between greeting and sign-off, with what is personal in it. */
export type Passage = { from: number; to: number; marks: Mark[] };
