import fc from 'fast-check';

/**
 * fast-check with a seed that does not change, so that what passes here passes elsewhere. `PROPERTY_SEED=7 npx vitest run ...` tries
 * other values; what they find becomes a case of its own.
 */
fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 1) });

export { fc };
