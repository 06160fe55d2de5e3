/** The report with the fixes of its findings. */
import { fingerprintOf } from '../decide/fingerprint.js'
import type { Finding } from '../model.js'
import type { Report, Verdict } from '../report/report.js'
import { mend, type Mended, type Patient } from './mend.js'

/** Its policy knows a mechanical remedy, and nobody accepted it. */
export const isMendable = ({ remedy, status }: Verdict): boolean => remedy !== null && status !== 'waived'

/** Looks for fixes of the verdicts that are wanted. `shown`: tree path → path relative to the working directory. */
export async function mendReport(
  report: Report,
  isWanted: (verdict: Verdict) => boolean,
  patient: Omit<Patient, 'isWanted'> & { readonly shown: (file: string) => string },
): Promise<{ readonly report: Report; readonly texts: Mended['texts'] }> {
  const { shown } = patient
  const keyOf = (finding: Finding): string =>
    JSON.stringify([fingerprintOf(finding), shown(finding.resource.origin.source)])
  const verdictKey = ({ fingerprint, source }: Verdict): string => JSON.stringify([fingerprint, source])
  const wanted = new Set(report.findings.filter(isWanted).map(verdictKey))
  const { texts, fixes } = await mend({ ...patient, isWanted: (finding) => wanted.has(keyOf(finding)) })
  const byKey = new Map([...fixes].map(([finding, fix]) => [keyOf(finding), { ...fix, file: shown(fix.file) }]))
  const findings = report.findings.map((verdict) => ({ ...verdict, fix: byKey.get(verdictKey(verdict)) ?? null }))
  return { report: { ...report, findings }, texts }
}
