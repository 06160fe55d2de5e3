/** The gate as a pull request meets it: a head on disk, and a target branch whose rules judge it. */
import { memoryTree } from '../../src/discover/memory-tree.js'
import { ALONE, run, type RunResult } from '../../src/run.js'
import { folderOf } from '../command.js'
import { DIST } from '../gate.js'

export interface Files {
  readonly [path: string]: string
}

/** `target` absent: the head is judged by its own rules, alone. Rejects as `run` does. */
export function judged(head: Files, target?: Files): Promise<RunResult> {
  const tree = target === undefined ? null : memoryTree(target)
  return run({
    cwd: folderOf({ '.git/HEAD': 'ref: refs/heads/main\n', ...head }),
    paths: ['.'],
    each: false,
    config: null,
    stage: '',
    failOn: '',
    tightenOnly: true,
    distribution: DIST,
    onProgress: () => undefined,
    ...(tree === null ? {} : { start: () => Promise.resolve({ ...ALONE, base: tree, rules: tree }) }),
  })
}

/** Why it cannot be judged. */
export const refusal = (head: Files): Promise<string> =>
  judged(head).then(
    () => 'it is judged',
    (error: Error) => error.message,
  )

export const pod = (name: string, more = 'privileged: true'): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: shop}
spec:
  automountServiceAccountToken: false
  containers:
    - name: app
      image: registry.example.com/app@sha256:${'a'.repeat(64)}
      securityContext: {${more}}
`

/** A policy of our own convention. */
export const policy = (name: string, rule = '', severity = 'high'): string => `# METADATA
# title: "${name}"
# custom:
#   severity: ${severity}
#   judges: [pod]
#   remediation: "Set the label."
#   parameters:
#     label: {type: string, default: owner, description: "The label."}
package policies.org.${name}

findings contains {"path": ["metadata"], "message": $"no label {label}"} if {
	label := data.parameters["org/${name.replaceAll('_', '-')}"].label
	not input.resource.metadata.labels[label]
	${rule}
}
`
