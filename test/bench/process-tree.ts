import { readdirSync, readFileSync } from 'node:fs';

/** CPU and memory of a process and its descendants, from /proc (Linux). */
export type Usage = { cpuSeconds: number; peakMb: number; byProcess: Map<number, number> };

const TICKS_PER_SECOND = 100;

export function treeUsage(root: number): Usage {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const stat = Number.isInteger(pid) ? readStat(pid) : undefined;
    if (stat) parents.set(pid, stat.parent);
  }
  const members = [...parents.keys()].filter((pid) => descends(pid, root, parents));
  const byProcess = new Map(members.map((pid) => [pid, (readStat(pid)?.ticks ?? 0) / TICKS_PER_SECOND]));
  return {
    byProcess,
    // cutime and cstime count children that have ended and been waited for.
    cpuSeconds: members.reduce((sum, pid) => sum + (readStat(pid)?.ticks ?? 0), 0) / TICKS_PER_SECOND,
    peakMb: members.reduce((sum, pid) => sum + peakOf(pid), 0) / 1024,
  };
}

function descends(pid: number, root: number, parents: Map<number, number>): boolean {
  for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at)) if (at === root) return true;
  return false;
}

function readStat(pid: number): { parent: number; ticks: number } | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0);
    return { parent: Number(fields[1]), ticks };
  } catch {
    return undefined;
  }
}

function peakOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
