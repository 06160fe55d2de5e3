# METADATA
# scope: package
# title: "Logs that stay on their node"
# description: "Logs that only lie on a node go with the node, and whoever takes it over rewrites them. A shipper has to run on every node, the control plane included, to read the logs there, and to send them away."
# related_resources:
#   - https://kubernetes.io/docs/concepts/cluster-administration/logging/#using-a-node-logging-agent
#   - https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
# custom:
#   severity: medium
#   stage: 4
#   judges: [pod, Beat.beat.k8s.elastic.co, Agent.agent.k8s.elastic.co, OpenTelemetryCollector.opentelemetry.io, FluentBit.fluentbit.fluent.io, FluentbitAgent.logging.banzaicloud.io, Logging.logging.banzaicloud.io, ClusterLogForwarder.observability.openshift.io, ClusterLogForwarder.logging.openshift.io, environment]
#   remediation: "Run the shipper as a DaemonSet that tolerates node-role.kubernetes.io/control-plane, mount /var/log, read the containers' logs and the audit log, and send them to a store outside the node."
#   owner: platform
#   controls:
#     iso-27001-2022: {A.8.15: P, A.5.28: J, A.5.33: J}
#     gdpr: {Art. 5(2): J, Art. 32(1)(b): J, Art. 33: J}
package policies.audit_logging.log_shipping

applies if count(input.facts.platform.shippers) > 0

findings contains {
	"path": answer.path,
	"message": $"{shipper.name} {says}: {answer.why}",
	"value": {fact: answer.why},
	"related": answer.by,
} if {
	some shipper in input.facts.platform.shippers
	some fact, says in _says
	answer := shipper[fact]
	answer.answer == "no"
}

unknowns contains {
	"path": answer.path,
	"message": $"whether {shipper.name} {asks} cannot be told: {answer.why}",
	"value": {fact: answer.why},
} if {
	some shipper in input.facts.platform.shippers
	some fact, asks in _asks
	answer := shipper[fact]
	answer.answer == "unknown"
}

findings contains {
	"path": [],
	"message": "no log shipper is declared here",
	"elsewhere": true,
} if {
	input.facts.platform.environment.logShipping.answer == "no"
}

unknowns contains {
	"path": [],
	"message": input.facts.platform.environment.logShipping.why,
} if {
	input.facts.platform.environment.logShipping.answer == "unknown"
}

_says := {
	"everyNode": "does not reach every node",
	"containerLogs": "does not read the containers' logs",
	"auditLog": "does not ship the audit log",
	"output": "sends nothing away",
}

_asks := {
	"everyNode": "reaches every node",
	"containerLogs": "reads the containers' logs",
	"auditLog": "ships the audit log",
	"output": "sends logs away",
}
