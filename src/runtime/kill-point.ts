import { Fault } from '../domain/fault.ts';
import { KILL_POINTS, type KillPoint } from '../domain/kill-point.ts';

/**
 * How the tests end a process at a named place: TURNMAIL_KILL_AT=after-250:SIGKILL:3 ends it when it comes to `after-250`
 * for the third time. Without the variable `reach` compares one value with undefined and is done.
 *
 * - `SIGKILL`: at once, nothing more is done
 * - `SIGTERM`: as an operator stops it; it finishes what is under way
 * - `OOM`: the heap is filled until V8 gives up, which ends the process where it stands
 * - `SIGSTOP`: not an end: it is frozen there until somebody wakes it up (SIGCONT), and goes on as if nothing had been
 */
const ENDS = ['SIGKILL', 'SIGTERM', 'OOM', 'SIGSTOP'] as const;
export type KillEnd = (typeof ENDS)[number];

type Armed = { point: KillPoint; end: KillEnd; left: number };

let armed: Armed | undefined;

/** Says that the process has come to this place. */
export function killPoint(point: KillPoint): void {
  if (armed !== undefined && armed.point === point) endProcess(armed);
}

/**
 * Reads TURNMAIL_KILL_AT. It counts only in a process of the tests (NODE_ENV=test): a stray variable ends no desk.
 * @throws Fault settings-invalid
 */
export function armKillPoint(env: NodeJS.ProcessEnv): void {
  const text = env['TURNMAIL_KILL_AT'];
  if (text === undefined || text === '') return;
  if (env['NODE_ENV'] !== 'test') {
    throw new Fault(
      'settings-invalid',
      'TURNMAIL_KILL_AT is set: it ends the process in the middle of its work and is for tests only (NODE_ENV=test); unset it',
    );
  }
  armed = readKillPoint(text);
}

function readKillPoint(text: string): Armed {
  const [point = '', end = '', times = '1'] = text.split(':');
  const known = isKillPoint(point) && isEnd(end) && /^[1-9]\d{0,5}$/.test(times);
  if (!known) {
    throw new Fault(
      'settings-invalid',
      `TURNMAIL_KILL_AT must be point:end:times, such as after-250:SIGKILL:3; ends are ${ENDS.join(', ')}; points are ${Object.keys(KILL_POINTS).join(', ')}`,
    );
  }
  return { point, end, left: Number(times) };
}

function isKillPoint(text: string): text is KillPoint {
  return Object.hasOwn(KILL_POINTS, text);
}

function isEnd(text: string): text is KillEnd {
  return ENDS.some((end) => end === text);
}

function endProcess(kill: Armed): void {
  kill.left--;
  if (kill.left !== 0) return;
  process.stderr.write(`${kill.end === 'SIGSTOP' ? 'frozen' : 'ended'} at ${kill.point} by ${kill.end}\n`);
  if (kill.end === 'OOM') fillHeap();
  else process.kill(process.pid, kill.end);
}

/** Holds on to ever more small objects; V8 aborts the process when its heap is full. Nothing else runs meanwhile. */
function fillHeap(): never {
  const held: object[] = [];
  for (;;) held.push({ held: held.length, more: [held.length] });
}
