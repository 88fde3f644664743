import type { EpochMs, InboundId } from './ids.ts';
import type { Reason } from './reasons.ts';

/** One look at one part of the desk. */
export type DeskCheck = { cause: string; ok: boolean; detail: string };

/** A cause that was found wrong: `looks` in a row say the opposite of what the operators have been told. */
export type Alarm = {
  cause: string;
  since: EpochMs;
  looks: number;
  lookedAt: EpochMs;
  toldAt: EpochMs | undefined;
};

/** Parked mails of one reason that no operator was told of, in order. */
export type UntoldParked = { reason: Reason; ids: InboundId[] };
