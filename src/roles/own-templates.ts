import { Fault, isFault } from '../domain/fault.ts';
import { type Config, TEMPLATES_FOLDER } from '../runtime/settings/config.ts';

/**
 * Tries the operator's own templates with samples before anything starts.
 *
 * @throws Fault `settings-invalid` with file and line
 */
export async function checkOwnTemplates({ settings, words, mailboxes: [{ identity }] }: Config): Promise<void> {
  const own = settings.TEMPLATES_DIR;
  if (own === undefined) return;
  const { checkTemplates } = await import('../mail/templates/check-templates.ts');
  try {
    checkTemplates(TEMPLATES_FOLDER, own, words, identity);
  } catch (error) {
    if (!isFault(error, 'template-broken')) throw error;
    throw new Fault(
      'settings-invalid',
      `The settings are not right, so nothing was started:\n  - TEMPLATES_DIR: ${error.message}`,
      {
        cause: error,
      },
    );
  }
}
