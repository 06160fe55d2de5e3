/** What started the workflow, as far as the gate acts on it. */
import { readFileSync } from 'node:fs'
import { fileProblem } from '../host/file-error.js'
import { GateError } from '../host/gate-error.js'
import type { Workflow } from './workflow.js'

export type Event =
  | {
      readonly kind: 'pull-request'
      readonly number: number
      /** The commit that was pushed to it: comments on lines are about that one. */
      readonly head: string
      /** The branch that it would be merged into. */
      readonly target: string
      readonly defaultBranch: string
    }
  | { readonly kind: 'merge-group'; readonly target: string; readonly defaultBranch: string }
  | {
      readonly kind: 'push'
      /** null: a tag. */
      readonly branch: string | null
      /** Where the branch was before; null: it is new. */
      readonly before: string | null
      readonly defaultBranch: string
    }
  /** `defaultBranch` is null where the event does not say. */
  | { readonly kind: 'other'; readonly branch: string | null; readonly defaultBranch: string | null }

/** Throws `GateError` where the event cannot be read, or is one that hides what is to be judged. */
export function eventOf(workflow: Workflow): Event {
  const { event: name } = workflow
  const payload = read(workflow)
  const defaultBranch = textAt(payload, 'repository', 'default_branch')
  switch (name) {
    case 'pull_request': {
      const [head, target] = [
        textAt(payload, 'pull_request', 'head', 'sha'),
        textAt(payload, 'pull_request', 'base', 'ref'),
      ]
      const number = at(payload, 'pull_request', 'number')
      return { kind: 'pull-request', ...stated(name, { number: isNumber(number), head, target, defaultBranch }) }
    }
    case 'pull_request_target':
      throw new GateError(
        'pull_request_target checks out the target branch and hands its token to what it runs: use pull_request, which needs neither',
      )
    case 'merge_group': {
      const target = branchOf(textAt(payload, 'merge_group', 'base_ref'))
      return { kind: 'merge-group', ...stated(name, { target, defaultBranch }) }
    }
    case 'push': {
      const before = textAt(payload, 'before')
      const isNew = before === null || /^0+$/.test(before)
      const branch = branchOf(textAt(payload, 'ref'))
      return { kind: 'push', branch, before: isNew ? null : before, ...stated(name, { defaultBranch }) }
    }
    default:
      return { kind: 'other', branch: branchOf(workflow.ref), defaultBranch }
  }
}

const branchOf = (ref: string | null): string | null =>
  ref?.startsWith('refs/heads/') === true ? ref.slice('refs/heads/'.length) : null

const isNumber = (value: unknown): number | null => (typeof value === 'number' ? value : null)

function read({ eventFile }: Workflow): unknown {
  if (eventFile === null) return {}
  try {
    return JSON.parse(readFileSync(eventFile, 'utf8')) as unknown
  } catch (error) {
    throw new GateError(`the workflow's event cannot be read: ${fileProblem(error)}`)
  }
}

/** The same, once every part is known to be there. */
function stated<Parts extends { readonly [name: string]: unknown }>(
  event: string,
  parts: Parts,
): { readonly [Name in keyof Parts]: NonNullable<Parts[Name]> } {
  const missing = Object.keys(parts).filter((name) => parts[name] === null)
  if (missing.length > 0) throw new GateError(`the event ${event} does not say ${missing.join(', ')}`)
  return parts as { readonly [Name in keyof Parts]: NonNullable<Parts[Name]> }
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (found, key) => (typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[key] : undefined),
    value,
  )
}

function textAt(value: unknown, ...path: readonly string[]): string | null {
  const found = at(value, ...path)
  return typeof found === 'string' && found !== '' ? found : null
}
