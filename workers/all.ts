import { runRoles } from '../src/run-roles.ts';
import { ROLES } from '../src/runtime/config.ts';

await runRoles(ROLES);
