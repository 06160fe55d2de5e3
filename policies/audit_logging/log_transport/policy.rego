# METADATA
# scope: package
# title: "Logs sent in the clear or without authentication"
# description: "Logs carry names, addresses and tokens. Sent without TLS anybody on the network reads and changes them; sent without authentication anybody may write the record that others will trust."
# related_resources:
#   - https://docs.fluentbit.io/manual/administration/transport-security
#   - https://www.elastic.co/docs/reference/beats/filebeat/configuring-ssl-logstash
#   - https://opentelemetry.io/docs/security/config-best-practices/
# custom:
#   severity: high
#   stage: 4
#   judges: [pod, ConfigMap, Secret, Beat.beat.k8s.elastic.co, Agent.agent.k8s.elastic.co, OpenTelemetryCollector.opentelemetry.io, ClusterOutput.fluentbit.fluent.io, Output.fluentbit.fluent.io, ClusterOutput.logging.banzaicloud.io, Output.logging.banzaicloud.io, ClusterLogForwarder.observability.openshift.io, ClusterLogForwarder.logging.openshift.io]
#   remediation: "Send to an https address or switch TLS on, leave the check of the certificate on, and give the shipper a user, a token or a client certificate."
#   owner: platform
#   controls:
#     iso-27001-2022: {A.8.15: P, A.8.24: J, A.5.14: J, A.5.33: J}
#     gdpr: {Art. 32(1)(a): J, Art. 5(1)(f): J}
package policies.audit_logging.log_transport

applies if count(input.facts.platform.logOutputs) > 0

findings contains {
	"path": output.path,
	"message": $"logs go to {output.name} without TLS",
} if {
	some output in input.facts.platform.logOutputs
	output.tls == "no"
}

findings contains {
	"path": output.path,
	"message": $"logs go to {output.name} without a check of its certificate",
} if {
	some output in input.facts.platform.logOutputs
	output.tls != "no"
	output.verified == "no"
}

findings contains {
	"path": output.path,
	"message": $"logs go to {output.name} without authentication",
} if {
	some output in input.facts.platform.logOutputs
	output.authenticated == "no"
}

unknowns contains {
	"path": output.path,
	"message": $"how logs go to {output.name} cannot be told",
} if {
	some output in input.facts.platform.logOutputs
	"unknown" in {output.tls, output.verified, output.authenticated}
}
