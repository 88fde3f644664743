import { describe, expect, it } from 'vitest';
import { readDeliveryReport } from '../../../src/mail/reports/delivery-report.ts';
import { reportInput } from './report-input.ts';
import { SERVER_REPORTS } from './server-reports.ts';
import { GATEWAY_REPORTS } from './server-reports-gateways.ts';
import { OFFICE_REPORTS } from './server-reports-office.ts';
import { PROVIDER_REPORTS } from './server-reports-providers.ts';
import { RARE_REPORTS } from './server-reports-rare.ts';
import { WORLD_REPORTS } from './server-reports-world.ts';

describe('a report in words of', () => {
  for (const report of [
    ...SERVER_REPORTS,
    ...GATEWAY_REPORTS,
    ...OFFICE_REPORTS,
    ...PROVIDER_REPORTS,
    ...WORLD_REPORTS,
    ...RARE_REPORTS,
  ]) {
    it(`${report.server} names who did not get the mail and whether for good`, () => {
      const parts = report.returned === undefined ? [] : [{ type: 'message/rfc822', content: report.returned }];
      const read = readDeliveryReport(
        reportInput({
          from: report.from,
          subject: report.subject,
          text: report.lines.join('\n'),
          headers: report.headers ?? {},
          parts,
        }),
      );
      const rows = read?.recipients.map(
        ({ recipient, permanent }) => `${recipient} ${permanent ? 'final' : 'waiting'}`,
      );
      expect(rows).toEqual(report.want);
      if (report.status !== undefined) expect(read?.recipients[0]?.status).toBe(report.status);
      if ([...report.lines, report.returned ?? ''].join('\n').includes('<turn-7@desk.example>'))
        expect(read?.originalMessageId).toBe('turn-7@desk.example');
    });
  }
});
