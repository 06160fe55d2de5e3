# METADATA
# scope: package
# title: "Mesh without access logs"
# description: "The sidecars see every request and who made it. Unless access logs are switched on, which Istio does not do by itself, they keep it to themselves."
# related_resources:
#   - https://istio.io/latest/docs/tasks/observability/logs/access-log/
#   - https://istio.io/latest/docs/reference/config/telemetry/
# custom:
#   severity: low
#   stage: 4
#   judges: [Telemetry.telemetry.istio.io, IstioOperator.install.istio.io, Istio.sailoperator.io, ConfigMap, environment]
#   remediation: "Create a Telemetry with accessLogging in the root namespace, or set accessLogFile in the mesh configuration."
#   owner: platform
#   controls:
#     iso-27001-2022: {A.8.15: P, A.8.16: J}
#     gdpr: {Art. 5(2): J, Art. 32(1)(d): J}
package policies.audit_logging.mesh_access_logs

applies if count(input.facts.platform.accessLogs) > 0

findings contains {
	"path": log.path,
	"message": $"{_scopes[log.scope]} without an access log: {log.why}",
} if {
	some log in input.facts.platform.accessLogs
	log.on == "no"
}

unknowns contains {
	"path": log.path,
	"message": $"whether {_scopes[log.scope]} has an access log cannot be told: {log.why}",
} if {
	some log in input.facts.platform.accessLogs
	log.on == "unknown"
}

findings contains {
	"path": [],
	"message": "nothing here switches on access logs for the mesh",
	"elsewhere": true,
} if {
	input.facts.platform.environment.accessLogs.answer == "no"
}

_scopes := {
	"mesh": "the mesh",
	"namespace": "the namespace",
	"workload": "the selected workloads",
}
