/** Fw, Fwd and their cousins in other languages, as the first prefix of a subject. */
export function isForward(subject: string): boolean {
  return /^\s*(fwd?|wg|tr|rv|enc|i|vs|doorst|fs|vb|pd|przek|ileti|转发|轉寄|転送|전달)\s*:/i.test(
    subject.slice(0, 100),
  );
}
