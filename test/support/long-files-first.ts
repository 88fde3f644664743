import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The folders whose files take longest, some of them a minute, and those that take a second or less. */
const LONG = ['test/e2e', 'test/faults', 'test/hostile'];
const SHORT = ['test/unit'];

/**
 * vitest knows how long each file took the last time, and starts the longest first. A fresh clone has no last time: then it
 * goes by the size of the files, and a short file with a long test may come last and leave all other workers idle.
 */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    if (files.every((file) => this.ctx.cache.getTestSpecificationResult(file))) return sorted;
    return sorted.toSorted((a, b) => this.#rank(a) - this.#rank(b));
  }

  #rank(file: TestSpecification): number {
    const place = path.relative(this.ctx.config.root, file.moduleId);
    const within = (folder: string) => place.startsWith(`${folder}/`);
    if (LONG.some(within)) return 0;
    return SHORT.some(within) ? 2 : 1;
  }
}
