/** The report as JSON, version 1: the contract of the command line. The order of keys and items is stable. */
import { jsonText } from './escape.js'
import type { Report } from './report.js'

export const json = (report: Report): string => jsonText(report)
