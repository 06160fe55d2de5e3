/** The Action: the runner's own library around `act`. */
import { tmpdir } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import * as core from '@actions/core'
import { act } from './github/act.js'
import { workflowOf } from './github/workflow.js'
import { folderOf, versionOf } from './host/here.js'
import type { Verdict } from './report/report.js'
import { run } from './run.js'
import { send } from './github/send.js'

const distribution = folderOf(import.meta.url)
/** What advises or was there before is nobody's task now. */
const isWanted = ({ status, remedy }: Verdict): boolean => status === 'blocking' && remedy !== null

const token = core.getInput('token')
if (token !== '') core.setSecret(token)

await act(
  {
    input: (name) => core.getInput(name),
    output: core.setOutput,
    write: (text) => void process.stdout.write(text),
    fail: core.setFailed,
    network: { send, now: () => performance.now(), sleep: (ms) => setTimeout(ms) },
  },
  workflowOf(process.env, process.cwd(), tmpdir()),
  async ({ fixesWithinMs, ...request }) => {
    const answer = await run({
      ...request,
      ...(fixesWithinMs === null ? {} : { fixes: isWanted, fixesWithinMs }),
      each: false,
      // The workflow's file belongs to the pull request that is judged.
      tightenOnly: true,
      distribution,
      onProgress: () => undefined,
    })
    return { ...answer, version: versionOf(distribution) }
  },
)

// Whatever is left open is not to hold the job: the log is out, and the conclusion stands.
process.stdout.write('', () => process.exit())
