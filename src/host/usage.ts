/** How the command line is used. */
export const USAGE = `ringfence: the zero-trust gate for Kubernetes pull requests

  ringfence check [PATH…]      judge manifests, charts and kustomizations (default: .)
      --format FORMAT          text, json, markdown, html, sarif, junit, oscal, github (default: text)
      --output FILE            write the report there instead of to the terminal
      --config FILE            configuration (default: the nearest .ringfence.yaml)
      --stage N                the rung of the ladder, 1 to 4 (default: the configuration's, else 1)
      --fail-on WHAT           new, all, or {findings: all, severity: high} (default: the configuration's)
      --base REF               only what is new since that commit blocks; its configuration judges both
      --each                   judge every PATH as a repository of its own
      --verbose                show advisories in full
      --fixes                  look for edits that mend findings, and put them into the report
  ringfence fix [PATH…]        mend what has a mechanical remedy; each edit is rendered and judged before it is made
      --dry-run                print the edits as a diff instead
      --policy ID              mend findings of this policy alone; may be given several times
      --config FILE, --stage N as of check
  ringfence render CHART|KUSTOMIZATION
      --raw                    print byte for byte what helm or kustomize would print
      --namespace, --values, --set, --kube-version, --api-versions, --include-crds, --name
  ringfence connections|permissions|mtls [PATH…]
                               who may talk to whom; who may do what; which mTLS mode every port has
      --format FORMAT          text, json, mermaid (default: text)
      --base REF               with what changed of it since that commit
      --config FILE            configuration (default: the nearest .ringfence.yaml)
  ringfence init               write configuration, baseline and workflow for the stage that is held already
  ringfence baseline           take what is mended out of the baseline
  ringfence test [DIR]         run the Rego tests of custom policies (default: .ringfence/policies)
      --format FORMAT          text, json (default: text)
      --rego VERSION           v0, v1 (default: v1)
      --coverage               the lines that the tests reach, as OPA counts them
  ringfence explain POLICY     why a policy exists, what it wants, how to mend a finding, and what is said of it here
  ringfence --version

Exit codes: 0 pass, 1 something blocks or could not be judged, 2 the gate itself could not do its work.
`

/** The part of one command, under the same title and with the same end; null: there is no such command. */
export function usageOf(command: string): string | null {
  const [title = '', ...parts] = USAGE.split(/^(?= {2}ringfence )/m)
  const own = parts.find((part) => namesIn(part).includes(command))
  return own === undefined ? null : `${title}${own.trimEnd().replace(/\n\nExit codes:.*$/s, '')}\n\n${END}`
}

/** All there are. */
export const commands = (): readonly string[] =>
  USAGE.split('\n').flatMap((line) => (line.startsWith('  ringfence ') ? namesIn(line) : []))

/** `connections|permissions|mtls`: several commands may be used alike. */
const namesIn = (part: string): readonly string[] => part.trimStart().split(/\s+/)[1]?.split('|') ?? []

const END = USAGE.slice(USAGE.indexOf('Exit codes:'))
