import '../src/runtime/keep-compiled.ts';

const { runRoles } = await import('../src/run-roles.ts');
const { ROLES } = await import('../src/runtime/settings/config.ts');
await runRoles(ROLES);
