import { runRoles } from '../src/run-roles.ts';

await runRoles(['process']);
