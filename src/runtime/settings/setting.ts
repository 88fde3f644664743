import type { z } from 'zod';

/** `fallback` is what an unset or empty setting is read as, written as in the environment; '' is no default. */
export type Setting = { schema: z.ZodType; fallback: string; example: string; meaning: string };

export const setting = <S extends z.ZodType>(schema: S, fallback: string, example: string, meaning: string) =>
  ({ schema, fallback, example, meaning }) satisfies Setting;
