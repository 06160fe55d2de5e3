# METADATA
# scope: package
# title: "Logs without an end, or with one too soon"
# description: "Logs that are deleted within days are gone when an intrusion is found; personal data in logs that are never deleted is kept longer than any purpose needs."
# related_resources:
#   - https://www.elastic.co/docs/manage-data/lifecycle/index-lifecycle-management
#   - https://grafana.com/docs/loki/latest/operations/storage/retention/
# custom:
#   severity: medium
#   stage: 4
#   judges: [pod, ConfigMap, Secret, StackConfigPolicy.stackconfigpolicy.k8s.elastic.co, OpenSearchISMPolicy.opensearch.opster.io, LokiStack.loki.grafana.com, environment]
#   remediation: "Give the log store a lifecycle that deletes after a stated number of days, not before the least that an investigation needs."
#   owner: platform
#   controls:
#     iso-27001-2022: {A.8.15: P, A.5.33: J}
#     gdpr: {Art. 5(2): J, Art. 5(1)(e): J}
#   parameters:
#     min-days:
#       type: number
#       default: 30
#       description: "Days that logs are kept at least."
package policies.audit_logging.log_retention

applies if count(input.facts.platform.logRetention) > 0

findings contains {
	"path": retention.path,
	"message": $"{retention.name} never deletes anything",
} if {
	some retention in input.facts.platform.logRetention
	retention.deletes == "no"
}

findings contains {
	"path": retention.path,
	"message": $"{retention.name} deletes after {_days(retention.days)}, sooner than {_days(_least)}",
} if {
	some retention in input.facts.platform.logRetention
	retention.deletes == "yes"
	retention.days != null
	retention.days < _least
}

unknowns contains {
	"path": retention.path,
	"message": $"how long {retention.name} keeps logs cannot be told",
} if {
	some retention in input.facts.platform.logRetention
	retention.deletes == "unknown"
}

unknowns contains {
	"path": retention.path,
	"message": $"how long {retention.name} keeps logs cannot be told",
} if {
	some retention in input.facts.platform.logRetention
	retention.deletes == "yes"
	retention.days == null
}

findings contains {
	"path": [],
	"message": "no retention of logs is declared here",
	"elsewhere": true,
} if {
	input.facts.platform.environment.logRetention.answer == "no"
}

_least := data.parameters["audit-logging/log-retention"]["min-days"]

_days(1) := "1 day"

_days(days) := $"{days} days" if days != 1
