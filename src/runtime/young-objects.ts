import { setFlagsFromString } from 'node:v8';

/**
 * V8 gives young objects up to 130 MB where many are made at once, as under load. A desk does as well with the 5 MB that they
 * begin with: the same CPU a mail, and the memory of a process does not grow by it.
 */
export function keepYoungObjectsSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
