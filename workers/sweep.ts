import '../src/runtime/keep-compiled.ts';

const { runRoles } = await import('../src/run-roles.ts');
await runRoles(['sweep']);
