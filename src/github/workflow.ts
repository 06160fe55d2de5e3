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
  /** `pull_request`; null outside of a workflow. */
  readonly event: string | null
  /** The file that holds the event. */
  readonly eventFile: string | null
  /** The commit that the run is about: of a pull request the merge commit that GitHub built. */
  readonly sha: string | null
  /** `refs/pull/7/merge` */
  readonly ref: string | null
  /** The workflow's and the job's names. */
  readonly job: readonly string[]
  /** Which run this is; runs count upwards over time. */
  readonly run: { readonly id: number; readonly attempt: number } | null
  /** null outside of a workflow. */
  readonly repository: Repository | null
}

/** Where a repository lives. URLs without a slash at their end. */
export interface Repository {
  /** `owner/name` */
  readonly name: string
  /** `https://github.com` */
  readonly server: string
  /** `https://api.github.com` */
  readonly api: string
  readonly graphql: string
}

/** `cwd` and `temp` stand in for what the environment does not say. */
export function workflowOf(env: { readonly [name: string]: string | undefined }, cwd: string, temp: string): Workflow {
  const said = (name: string): string | null => (env[name] === undefined || env[name] === '' ? null : env[name])
  const url = (name: string, otherwise: string): string => (said(name) ?? otherwise).replace(/\/+$/, '')
  const [name, id] = [said('GITHUB_REPOSITORY'), Number(said('GITHUB_RUN_ID') ?? NaN)]
  const server = url('GITHUB_SERVER_URL', 'https://github.com')
  const api = url('GITHUB_API_URL', 'https://api.github.com')
  return {
    workspace: said('GITHUB_WORKSPACE') ?? cwd,
    temp: said('RUNNER_TEMP') ?? temp,
    summary: said('GITHUB_STEP_SUMMARY'),
    event: said('GITHUB_EVENT_NAME'),
    eventFile: said('GITHUB_EVENT_PATH'),
    sha: said('GITHUB_SHA'),
    ref: said('GITHUB_REF'),
    job: [said('GITHUB_WORKFLOW') ?? '', said('GITHUB_JOB') ?? ''],
    run: Number.isInteger(id) ? { id, attempt: Number(said('GITHUB_RUN_ATTEMPT') ?? 1) } : null,
    repository: name === null ? null : { name, server, api, graphql: url('GITHUB_GRAPHQL_URL', `${api}/graphql`) },
  }
}

/** A folder's path from the workspace, '/'-separated: '' for the workspace itself, null for what lies outside of it. */
export function prefixOf(workflow: Workflow, folder: string): string | null {
  const way = relative(resolve(workflow.workspace), resolve(folder))
  if (way === '..' || way.startsWith(`..${sep}`) || resolve(way) === way) return null
  return way.split(sep).join('/')
}

/** Where a line of a file below `prefix` can be looked at. */
export function linkOf(
  { repository, sha }: Workflow,
  prefix: string | null,
): (file: string, line: number) => string | null {
  if (repository === null || sha === null || prefix === null) return () => null
  const commit = `${repository.server}/${repository.name}/blob/${sha}`
  return (file, line) => `${commit}/${uriPath(prefix === '' ? file : `${prefix}/${file}`)}#L${line}`
}

/** The page of the run: its summary and its artifacts. */
export function runUrl({ repository, run }: Workflow): string | null {
  return repository === null || run === null ? null : `${repository.server}/${repository.name}/actions/runs/${run.id}`
}
