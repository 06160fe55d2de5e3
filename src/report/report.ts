/**
 * The report: what `decide` and `locate` settled, as plain data that every format prints and none changes.
 * Its JSON is the contract of version 1: keys may be added, none may change its meaning or go.
 */
import type { Json, Path, Severity, Stage } from '../model.js'

/**
 * `blocking` fails the gate; `advisory` does not (`Verdict.why` says why not); `waived` was accepted by somebody with a
 * name, a reason and an end; `existing` is in the base too.
 */
export type Status = 'blocking' | 'advisory' | 'waived' | 'existing'

/**
 * How near a location is to what is wrong: the value itself; its nearest ancestor, because the value is absent; a line
 * of the template that may stand for more than this value; no more than the file (line 1).
 */
type Precision = 'exact' | 'ancestor' | 'template' | 'file'

/** A place in a file of the repository, relative to the working directory. Lines and columns are 1-based. */
export interface Location {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  /** One past the last character, as SARIF and editors count. */
  readonly endColumn: number
  readonly precision: Precision
}

/** Another place that takes part: the `values.yaml` key behind a rendered field, a resource that decides. */
export interface Related {
  readonly file: string
  readonly line: number
  /**
   * How it takes part. Of a values key its tier: `value` (the field holds what it says), `settable at` (it is not set;
   * setting it would bring or change the field), `derived`, `gated by`. `put out here`: the line of another environment. `call site`: where the template includes the helper that `location` is in.
   * `vendored`: the dependency that brought the template. Else the resource that it is.
   */
  readonly why: string
  /** Of a values key: its path in the chart's values, with dots. */
  readonly key?: string
  /** Where it takes part in some of the verdict's environments only: their labels. */
  readonly environments?: readonly string[]
}

export interface ResourceIdentity {
  readonly apiVersion: string
  readonly kind: string
  /** null: cluster-scoped, or nobody stated one. */
  readonly namespace: string | null
  readonly name: string
}

interface ControlId {
  /** The framework's identifier: `iso-27001-2022`. */
  readonly framework: string
  /** The control's own: `A.8.2`, `Art. 32(1)(b)`. */
  readonly id: string
}

/** A finding with its status. The same finding in several environments is one verdict. */
export interface Verdict {
  readonly policy: string
  readonly severity: Severity
  readonly stage: Stage
  readonly status: Status
  readonly message: string
  readonly remediation: string
  readonly resource: ResourceIdentity
  readonly path: Path
  /** The line that wrote it: of a manifest, or of the template that put it out. */
  readonly location: Location
  /**
   * Where it is mended, and so where annotations sit: the values key where the values decide, the parent's values or the
   * dependency for a vendored subchart; else the same as `location`.
   */
  readonly annotation: Location
  readonly related: readonly Related[]
  /** 0-based over the non-empty documents of a plain file; null where the document is rendered. */
  readonly document: number | null
  readonly source: string
  /** Labels of the environments it was found in; empty where there is only one way to render. */
  readonly environments: readonly string[]
  readonly controls: readonly ControlId[]
  /** Policy, resource and path with list items by name; the same after lines move. */
  readonly fingerprint: string
  /** What is extended and brings the policy, or asks more of it than the repository does. */
  readonly from?: string
  /** The fingerprint of a finding that says as much, of a role's rule beside its binding: reports tell them as one. */
  readonly impliedBy?: string
  /** Why this status and not `blocking`: above the stage, may be declared elsewhere, trial values, the waiver. Of a blocking one: why the waiver that is about it does not hold; null where there is none. */
  readonly why: string | null
  /** The mechanical remedy at `path`, where the policy knows one: `{"set": value}` or `{"remove": true}`. */
  readonly remedy: Json | null
  /** What is missing, and where it would be added by that remedy; null where it is there, or nobody knows. */
  readonly add: Addition | null
  /** Edits that were seen to mend it and to change nothing else; null where there are none, or nobody asked. */
  readonly fix: Fix | null
}

/** `value` at `path` below what `file` has already: at the annotation where the files are the same. */
export interface Addition {
  readonly file: string
  readonly path: Path
  readonly value: Json
}

/** Edits of one file, as it is: fixes of several findings in it are meant to be applied together. */
export interface FileFix {
  readonly file: string
  /** 1-based; `endColumn` is one past the last character that goes. */
  readonly edits: readonly {
    readonly line: number
    readonly column: number
    readonly endLine: number
    readonly endColumn: number
    readonly text: string
  }[]
  /** The same for people: the lines that go, `-` before them, and those that come, `+` before them, without secrets. */
  readonly lines: readonly string[]
}

/** What mends a finding. */
export interface Fix extends FileFix {
  /** Where several environments each have it of a file of their own: the other files. */
  readonly also: readonly FileFix[]
}

/** Lines of a file in place of others: fixes that lie together. It stands beside the report, whose texts hold no secrets. */
export interface Patch {
  readonly file: string
  /** The first line that goes, 1-based. */
  readonly line: number
  /** At least one, without their ends. */
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** The same as a diff has them, without what looks like a secret. */
  readonly shown: readonly string[]
  readonly mends: readonly Verdict[]
}

/** What a policy could not tell about a resource. */
export interface UnknownVerdict {
  readonly policy: string
  readonly resource: ResourceIdentity
  readonly location: Location
  readonly message: string
  readonly blocking: boolean
  /** The base could not tell it either, in the same words: it neither blocks nor is annotated. */
  readonly existing?: boolean
}

/** A resource that deploys what stands elsewhere, by Argo CD or Flux: that was not judged as it deploys it. */
export interface DeployedElsewhere {
  readonly resource: ResourceIdentity
  readonly file: string
  /** null where the resource is rendered. */
  readonly line: number | null
  /** What it deploys: `charts/web of https://git.example.com/shop`. */
  readonly what: string
  /** A source of this repository at the path it names: judged, but by itself, without what the resource sets. */
  readonly source: string | null
  /** Why it was not followed, as a clause; null where nothing of its kind is. */
  readonly reason: string | null
}

/** A connection that a change brings, or brings more ports to. */
export interface Opening {
  /** As `ringfence connections` names them; `everyone`: every workload and every address, as far as the other end lets it. */
  readonly from: string
  readonly to: string
  /** Ports; null: there was no connection. */
  readonly before: string | null
  readonly after: string
  /** Names of the environments that it is in; empty where there is only one. */
  readonly environments: readonly string[]
}

/** What could not be read, rendered, understood or evaluated. It blocks. */
export interface UnjudgedVerdict {
  readonly file: string
  readonly line: number | null
  readonly reason: string
  readonly policy: string | null
  readonly source: string | null
  readonly environments: readonly string[]
  /** In the base too, from the same bytes: it does not block. */
  readonly existing?: boolean
  /** Who accepted it, until when and why: it does not block. */
  readonly waived?: string
}

/** Somebody's decision to live with a finding, and what came of it. */
export interface WaiverRecord {
  /** null: of what could not be judged in `file`. */
  readonly policy: string | null
  /** As it is written: a glob over `Kind/namespace/name`; null: any. */
  readonly resource: string | null
  readonly container: string | null
  readonly file: string | null
  readonly reason: string
  readonly owner: string
  readonly ticket: string | null
  /** `2027-03-01`: the last day it holds. */
  readonly expires: string
  /** `pending` stands in the pull request alone; `too long` ends later than the configuration allows. */
  readonly state: 'in force' | 'unused' | 'expired' | 'too long' | 'pending'
  /** It holds, and ends within two weeks. */
  readonly endsSoon: boolean
  /** How many findings it is about. */
  readonly findings: number
}

/**
 * `gap`: a mapped policy objects, or could not tell; `evidence`: mapped policies judged something and none objects;
 * `not-exercised`: they had nothing to judge; `not-assessable`: no manifest can show it.
 */
export type ControlStatus = 'gap' | 'evidence' | 'not-exercised' | 'not-assessable'

export interface ControlResult extends ControlId {
  readonly title: string
  /** Letters of the mapping's sources, as the framework's legend explains them; sorted. */
  readonly sources: readonly string[]
  readonly status: ControlStatus
  /** How many policies in force map to it. */
  readonly policies: number
  /** How many findings those have, whatever their status: a waiver accepts a gap, it does not close it. */
  readonly findings: number
  /** How many times those could not tell. */
  readonly unknowns: number
}

export interface FrameworkInfo {
  readonly id: string
  readonly title: string
  readonly version: string
  readonly disclaimer: string
  /** Letter of a mapping's source → its full name. */
  readonly sources: { readonly [letter: string]: string }
}

/** How many of one kind of source there are, and of how many of them everything was judged. */
export interface Judged {
  readonly sources: number
  readonly charts: number
  readonly kustomizations: number
  /** Plain files. */
  readonly files: number
  readonly renders: number
  /** How many environments, over all sources, have a name of their own; at least 1. */
  readonly environments: number
  readonly resources: number
  /** How many files changed, where none of them is a part of anything that is judged: nothing was. Else absent. */
  readonly untouched?: number
  readonly unknownKinds: readonly { readonly kind: string; readonly count: number }[]
  /** Of how many of each nothing at all is unjudged: the first number of «14 of 14 charts». */
  readonly whole: { readonly charts: number; readonly kustomizations: number; readonly files: number }
}

export interface Report {
  readonly version: 1
  readonly outcome: 'pass' | 'fail'
  readonly stage: Stage
  readonly judged: Judged
  readonly findings: readonly Verdict[]
  readonly unknowns: readonly UnknownVerdict[]
  readonly unjudged: readonly UnjudgedVerdict[]
  readonly deploys: readonly DeployedElsewhere[]
  /** What the change newly lets talk to what; absent where there is no base, nothing is opened, or the workloads are too many. */
  readonly opened?: readonly Opening[]
  readonly ignored: readonly { readonly path: string; readonly reason: string }[]
  readonly controls: readonly ControlResult[]
  readonly frameworks: readonly FrameworkInfo[]
  readonly configuration: {
    /** null: there is none, the defaults hold. */
    readonly file: string | null
    readonly stage: Stage
    readonly owns: 'app' | 'platform'
    /** What the configuration extends, and what that does; absent where it extends nothing. */
    readonly extends?: readonly string[]
    readonly notes: readonly string[]
  }
  readonly waivers: readonly WaiverRecord[]
  /** What the pull request changes in the gate's own rules; absent where it changes none. */
  readonly pending?: {
    /** The configuration. */
    readonly file: string
    /** `stage: 2 → 1` */
    readonly changes: readonly string[]
    /** What of it is weaker. */
    readonly weaker: readonly string[]
    /** What of it nobody can tell to be as strict: a changed policy, another bundle. */
    readonly unsure: readonly string[]
    /**
     * How the new rules judge the head; `error`: nobody can read them; `unknown`: they extend what is not asked for before
     * the target branch names it.
     */
    readonly outcome: 'pass' | 'fail' | 'error' | 'unknown'
    readonly problem: string | null
    /** What blocks now and would not by the new rules. */
    readonly released: readonly Verdict[]
    /** What would block by the new rules and does not now. */
    readonly caught: readonly Verdict[]
  }
  /** How many findings would block at later stages that do not block now; ascending by stage. */
  readonly next: readonly { readonly stage: Stage; readonly findings: number }[]
}
