import type { ReportInput } from '../../../src/mail/reports/delivery-report.ts';

/** A mail for readDeliveryReport: sent to the desk, with what the test names. */
export function reportInput(mail: {
  from: string;
  subject: string;
  text: string;
  type?: string;
  params?: Record<string, string>;
  headers?: Record<string, string>;
  parts?: { type: string; content: string }[];
}): ReportInput {
  const headers = {
    from: mail.from === '' ? '<>' : mail.from,
    to: 'help@desk.example',
    subject: mail.subject,
    ...mail.headers,
  };
  return {
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    contentType: { type: mail.type ?? 'text/plain', params: mail.params ?? {} },
    from: /[^\s<>()]+@[^\s<>()]+/.exec(mail.from)?.[0] ?? '',
    subject: mail.subject,
    text: mail.text,
    parts: (mail.parts ?? []).map(({ type, content }) => ({ type, params: {}, content: Buffer.from(content) })),
  };
}
