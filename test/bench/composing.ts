/**
 * How long composing a mail keeps everybody else of the process waiting: the longest turn of the event loop, in ms of CPU.
 *
 *     npx node test/bench/composing.ts
 */
import { loadavg } from 'node:os';
import { BOMBS, longestHold } from '../support/composing-bombs.ts';

for (const [name, piece] of BOMBS) console.log(`${name}: ${(await longestHold(piece)).toFixed(1)} ms`);
console.log(`a file of 20 MB: ${(await longestHold('word ', true)).toFixed(1)} ms`);
console.log(`load ${loadavg()[0]?.toFixed(1)}`);
