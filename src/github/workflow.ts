/** What a workflow run tells its steps through the environment. Nothing else reads those variables. */
import { relative, resolve, sep } from 'node:path'
import { uriPath } from '../report/escape.js'

export interface Workflow {
  /** The checkout: annotations and links have paths from here. */
  readonly workspace: string
  /** A folder that lasts as long as the job. */
  readonly temp: string
  /** The file that becomes the job's summary; null outside of a workflow. */
  readonly summary: string | null
  /** Where the commit can be looked at; null outside of a workflow. */
  readonly commitUrl: string | null
}

/** `cwd` and `temp` stand in for what the environment does not say. */
export function workflowOf(env: { readonly [name: string]: string | undefined }, cwd: string, temp: string): Workflow {
  const said = (name: string): string | null => (env[name] === undefined || env[name] === '' ? null : env[name])
  const [server, repository, sha] = [said('GITHUB_SERVER_URL'), said('GITHUB_REPOSITORY'), said('GITHUB_SHA')]
  return {
    workspace: said('GITHUB_WORKSPACE') ?? cwd,
    temp: said('RUNNER_TEMP') ?? temp,
    summary: said('GITHUB_STEP_SUMMARY'),
    commitUrl: server === null || repository === null || sha === null ? null : `${server}/${repository}/blob/${sha}`,
  }
}

/** A folder's path from the workspace, '/'-separated: '' for the workspace itself, null for what lies outside of it. */
export function prefixOf(workflow: Workflow, folder: string): string | null {
  const way = relative(resolve(workflow.workspace), resolve(folder))
  if (way === '..' || way.startsWith(`..${sep}`) || resolve(way) === way) return null
  return way.split(sep).join('/')
}

/** Where a line of a file below `prefix` can be looked at. */
export function linkOf(workflow: Workflow, prefix: string | null): (file: string, line: number) => string | null {
  const { commitUrl } = workflow
  if (commitUrl === null || prefix === null) return () => null
  return (file, line) => `${commitUrl}/${uriPath(prefix === '' ? file : `${prefix}/${file}`)}#L${line}`
}
