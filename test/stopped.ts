import { runInNewContext } from 'node:vm'

/** What `work` gives. Jest cannot stop what never yields, so that a test of it would hang, or pass late: this throws at a test's limit. */
export function stopped<Result>(work: () => Result): Result {
  return runInNewContext('work()', { work }, { timeout: 20_000 }) as Result
}
