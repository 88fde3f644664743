/**
 * Holds our reader of From against mailauth's and nodemailer's: `npx node test/bench/fuzz-from.ts COUNT [SEED]`. Whoever we
 * accept, both must read too, and nobody else. Prints how many were accepted and the first disagreements; exits with 1
 * when there is one.
 */
import { disagreement, hostileHead } from '../support/from-readers.ts';
import { seededRandom } from '../support/mutate-mail.ts';

const [countText = '1000', seedText = '1'] = process.argv.slice(2);
const random = seededRandom(Number(seedText));
const started = performance.now();
let accepted = 0;
let disagreements = 0;
for (let number = 0; number < Number(countText); number++) {
  const head = hostileHead(random);
  const found = await disagreement(head);
  if (found.accepted) accepted++;
  if (found.why === undefined) continue;
  disagreements++;
  if (disagreements <= 20) console.error(`${number}: ${JSON.stringify(head.split('\r\nSubject')[0])}: ${found.why}`);
}
const seconds = (performance.now() - started) / 1000;
console.log(
  `${countText} From fields of seed ${seedText}, ${accepted} accepted, ${disagreements} read otherwise by mailauth or nodemailer, ${seconds.toFixed(0)} s`,
);
process.exitCode = disagreements > 0 ? 1 : 0;
