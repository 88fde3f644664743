import {
  checkMailbox,
  MAILBOX_SETTINGS,
  type MailboxSettingName,
  type MailboxSettings,
  type WrittenMailbox,
} from './mailbox-config.ts';
import { type FileEntry, readMailboxesFile } from './mailboxes-file.ts';
import { nearestOf } from './near-settings.ts';
import { people, readNamedMailbox } from './setting-readers.ts';
import { readSettings } from './settings.ts';

type Needs = Parameters<typeof checkMailbox>[1];
type Entries = {
  written: WrittenMailbox[];
  problems: string[];
  placeOf(index: number, name: MailboxSettingName): string;
};

/** Keys that are no settings of today. */
const MORE_KEYS = ['name', 'aliases'];
const KEYS = [...MAILBOX_SETTINGS.map(yamlKeyOf), ...MORE_KEYS];

/** A setting as MAILBOXES_FILE calls it. */
function yamlKeyOf(name: MailboxSettingName): string {
  return name === 'SUPPORT_ADDRESS' ? 'address' : name.toLowerCase();
}

/**
 * The mailboxes of MAILBOXES_FILE. Each key is a setting in small letters and is read as that setting is; what a mailbox does
 * not say is as the environment says it for all of them.
 */
export function readMailboxEntries(
  file: string,
  env: NodeJS.ProcessEnv,
  shared: readonly MailboxSettingName[],
  needs: Needs,
): Entries {
  const { entries, problems } = readMailboxesFile(file, env);
  const written: WrittenMailbox[] = [];
  for (const entry of entries) {
    const read = readMailboxEntry(entry, env, shared, needs);
    if ('settings' in read) written.push(read);
    else problems.push(...read.problems);
  }
  return {
    written,
    problems,
    placeOf: (index, name) => {
      const key = yamlKeyOf(name);
      return `${entries[index]?.placeOf(key) ?? file}: ${key}`;
    },
  };
}

function readMailboxEntry(
  entry: FileEntry,
  env: NodeJS.ProcessEnv,
  shared: readonly MailboxSettingName[],
  needs: Needs,
): WrittenMailbox | { problems: string[] } {
  const { values, placeOf } = entry;
  const problems = [...values.keys()]
    .filter((key) => !KEYS.includes(key))
    .map((key) => {
      const near = nearestOf(key, KEYS);
      return `${placeOf(key)}: ${key} is no key of a mailbox; ${near === undefined ? `there are ${KEYS.join(', ')}` : `${near} is one`}`;
    });
  const own = MAILBOX_SETTINGS.flatMap((name) => {
    const value = values.get(yamlKeyOf(name));
    return value === undefined ? (shared.includes(name) ? [[name, env[name] ?? '']] : []) : [[name, value]];
  });
  const asEnv: Record<string, string> = Object.fromEntries(own);
  const name = values.get('name');
  if (name !== undefined && name !== '' && asEnv['SUPPORT_ADDRESS'] !== undefined) {
    const bare = readNamedMailbox(asEnv['SUPPORT_ADDRESS'])?.address ?? asEnv['SUPPORT_ADDRESS'];
    asEnv['SUPPORT_ADDRESS'] = `"${name.replaceAll('"', '')}" <${bare}>`;
  }
  const reading = readSettings(asEnv, MAILBOX_SETTINGS);
  const settings: Partial<MailboxSettings> = reading.settings;
  const said = reading.problems
    .map((problem) => ({ name: problem.name as MailboxSettingName, why: problem.why }))
    .filter(({ name }) => !entry.unread.has(yamlKeyOf(name)));
  const unread = MAILBOX_SETTINGS.filter((name) => entry.unread.has(yamlKeyOf(name)));
  const wrong = [...said, ...checkMailbox(settings, needs, [...unread, ...said.map((one) => one.name)])];
  problems.push(...wrong.map((one) => `${placeOf(yamlKeyOf(one.name))}: ${yamlKeyOf(one.name)} ${one.why}`));
  const aliases = people.safeParse(values.get('aliases'));
  if (!aliases.success)
    problems.push(...aliases.error.issues.map(({ message }) => `${placeOf('aliases')}: aliases ${message}`));
  if (problems.length > 0 || !aliases.success) return { problems };
  return {
    settings: settings as MailboxSettings,
    aliases: aliases.data.map(({ address }) => address),
    agents: values.has('agents') ? settings.AGENTS : undefined,
  };
}
