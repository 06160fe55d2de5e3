/** The Action: the runner's own library around `act`. */
import { tmpdir } from 'node:os'
import * as core from '@actions/core'
import { act } from './github/act.js'
import { workflowOf } from './github/workflow.js'
import { folderOf } from './host/here.js'
import { run } from './run.js'

const token = core.getInput('token')
if (token !== '') core.setSecret(token)

await act(
  {
    input: (name) => core.getInput(name),
    output: core.setOutput,
    write: (text) => void process.stdout.write(text),
    fail: core.setFailed,
  },
  workflowOf(process.env, process.cwd(), tmpdir()),
  (request) =>
    run({
      ...request,
      each: false,
      // The workflow's file belongs to the pull request that is judged.
      tightenOnly: true,
      distribution: folderOf(import.meta.url),
      onProgress: () => undefined,
    }),
)
