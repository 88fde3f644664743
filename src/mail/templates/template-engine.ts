import { Liquid, LiquidError, type Template } from 'liquidjs';
import { Fault, isFault, messageOf } from '../../domain/fault.ts';
import { phrasesFor } from '../../domain/mail/own-phrases.ts';
import type { Words } from '../../domain/words.ts';
import { compileTemplate } from './compile-template.ts';
import { lineInSource, readPieces, readTemplate, type TemplateFile, withoutTagLines } from './template-files.ts';
import { addFilters } from './template-filters.ts';

/** What all templates of one language are rendered with. */
export type Language = {
  locale: string;
  timeZone: string;
  words: Words;
  layers: readonly string[];
  /** by liquidjs itself, and not by functions made of what it reads: for a test that holds both to the same words */
  interpret?: boolean;
};

/** A template that was read and parsed, ready to be filled. */
export type Filled = (values: object) => string;

/**
 * Reads templates of one form. Strict, so that a misspelt name is a fault and not a hole; bounded, so that an edited template
 * cannot run for ever; without files, since all pieces are handed in.
 *
 * @throws Fault `template-broken` with file and line
 */
export function templateEngine(format: 'text' | 'html', language: Language): (name: string) => Filled {
  const pieces = readPieces(language.layers, format === 'text' ? '.txt' : '.html');
  const files = new Map(Object.entries(pieces));
  const shape = ({ source }: TemplateFile) => (format === 'text' ? withoutTagLines(source) : source);
  const engine = new Liquid({
    templates: Object.fromEntries(Object.entries(pieces).map(([name, piece]) => [name, shape(piece)])),
    cache: true,
    strictFilters: true,
    strictVariables: true,
    lenientIf: true,
    ownPropertyOnly: true,
    globals: { phrases: phrasesFor(language.locale), locale: language.locale },
    renderLimit: 5_000,
    memoryLimit: 50_000_000,
    ...(format === 'html' ? { outputEscape: 'escape' as const } : {}),
  });
  addFilters(engine, format, language);
  const guarded = <T>(file: TemplateFile, work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw asTemplateFault(error, files, file, format);
    }
  };
  for (const [name, piece] of files) guarded(piece, () => engine.parseFileSync(name));
  return (name) => {
    const found = readTemplate(language.layers, name);
    files.set(found.file, found);
    const parsed: Template[] = guarded(found, () => engine.parse(shape(found), found.file));
    const interpret: Filled = (values) => guarded(found, () => String(engine.renderSync(parsed, values)));
    const compiled = language.interpret === true ? undefined : compileTemplate(engine, parsed);
    return compiled === undefined ? interpret : orElse(compiled, interpret);
  };
}

/** What goes wrong in a function made of a template is said by liquidjs, which knows the line. */
function orElse(compiled: Filled, interpret: Filled): Filled {
  return (values) => {
    try {
      return compiled(values);
    } catch {
      return interpret(values);
    }
  };
}

/** A fault that names the file and the line; what a filter of ours threw is passed on. */
function asTemplateFault(
  error: unknown,
  files: ReadonlyMap<string, TemplateFile>,
  template: TemplateFile,
  format: 'text' | 'html',
): Fault {
  const origin = error instanceof LiquidError ? error.originalError : error;
  if (isFault(origin)) return origin;
  const [, why = messageOf(error), name = '', line = '1'] =
    /^([\s\S]*?)(?:, file:(.*?))?, line:(\d+), col:\d+$/.exec(messageOf(error).split('\n')[0] ?? '') ?? [];
  const { file, source } = files.get(name) ?? template;
  const at = format === 'text' ? lineInSource(source, Number(line)) : Number(line);
  return new Fault('template-broken', `${file}, line ${at}: ${why}`, { cause: error });
}
