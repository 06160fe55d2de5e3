#!/usr/bin/env node
// Starts a policy: policies/FAMILY/NAME/ with its rule, its test and its examples. What is to be written is marked TODO,
// and the tests fail until it is.
//
//   npm run new:policy FAMILY/NAME
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const policy = (name) => `# METADATA
# scope: package
# title: "TODO: what it finds, in a few words"
# description: "TODO: why it matters."
# related_resources:
#   - https://kubernetes.io/docs/ # TODO: the upstream definition
# custom:
#   severity: medium # TODO: critical, high, medium or low
#   stage: 1 # TODO: the rung of the ladder, 1 to 4
#   judges: [pod] # TODO: pod, Kind, Kind.group or environment
#   remediation: "TODO: how to mend a finding."
#   owner: app # TODO: who declares what it wants: app, namespace, mesh or platform
#   controls: # TODO: what it gives evidence for, with the letter of the source: see frameworks/
#     iso-27001-2022: {A.8.9: J}
package policies.${name}

findings contains {
	"path": container.path,
	"message": $"container {container.name} is TODO: what is wrong with it",
} if {
	some container in input.pod.containers
	container.name == "TODO: when"
}
`

const test = (name) => `package policies.${name}_test

import data.policies.${name} as policy

# TODO: what of a pod the policy looks at.
_pod := {"containers": [{"name": "app", "path": ["spec", "containers", 0]}]}

test_what_fails_is_found if {
	some finding in policy.findings with input.pod as _pod
	finding.path == ["spec", "containers", 0]
}

test_what_passes_is_silent if {
	count(policy.findings) == 0 with input.pod as {"containers": []}
}
`

const example = (
  mark,
) => `# TODO: ${mark === '' ? 'what passes' : 'what fails: every line that a finding points at, and no other, is marked'}.
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
spec:
  containers:
    - name: app${mark}
      image: registry.example.com/cart:1.4.2
`

/** What keeps the policy from being started; null where nothing does. */
function problemOf(id, families) {
  const [family = ''] = id.split('/')
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*\/[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id))
    return `usage: npm run new:policy FAMILY/NAME, in lower-case letters, digits and dashes`
  if (!families.includes(family.replaceAll('-', '_')))
    return `there is no family ${family}; there are ${families.join(', ').replaceAll('_', '-')}`
  return existsSync(folderOf(id)) ? `${folderOf(id)} is there already` : null
}

const folderOf = (id) => join('policies', id.replaceAll('-', '_'))

const [id = '', ...more] = process.argv.slice(2)
const families = readdirSync('policies').filter((name) => name !== 'lib')
const problem = problemOf(more.length === 0 ? id : '', families)
if (problem !== null) {
  console.error(problem)
  process.exit(1)
}
const folder = folderOf(id)
const name = id.replaceAll('-', '_').replace('/', '.')
mkdirSync(folder)
const files = {
  'policy.rego': policy(name),
  'policy_test.rego': test(name),
  'pass.yaml': example(''),
  'fail.yaml': example(' # fails'),
}
for (const [file, text] of Object.entries(files)) {
  writeFileSync(join(folder, file), text)
  console.log(join(folder, file))
}
console.log(
  'Write what is marked TODO; then: npm run build && npm test -- test/policies.test.ts test/policy-docs.test.ts',
)
