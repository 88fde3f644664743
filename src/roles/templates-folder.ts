import { fileURLToPath } from 'node:url';

export const TEMPLATES_FOLDER = fileURLToPath(new URL('../../templates/', import.meta.url));
