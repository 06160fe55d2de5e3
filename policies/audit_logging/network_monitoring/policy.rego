# METADATA
# scope: package
# title: "Connections that nobody records"
# description: "A policy that denies a connection leaves no trace by itself. Flow logs show who talks to whom, what was denied, and when that changed."
# related_resources:
#   - https://docs.tigera.io/calico/latest/observability/
#   - https://docs.cilium.io/en/stable/observability/hubble/
#   - https://cloud.google.com/kubernetes-engine/docs/how-to/network-policy-logging
# custom:
#   severity: low
#   stage: 4
#   judges: [ConfigMap, FelixConfiguration.projectcalico.org, FelixConfiguration.crd.projectcalico.org, NetworkLogging.networking.gke.io, environment]
#   remediation: "Switch on the flow logs of the network plugin: enable-hubble with Cilium, a NetworkLogging on GKE, the operator's Goldmane (or flowLogsGoldmaneServer) with Calico, flowLogsFileEnabled with Calico Enterprise."
#   owner: platform
#   controls:
#     iso-27001-2022: {A.8.16: J, A.8.15: P, A.8.20: J}
#     gdpr: {Art. 32(1)(b): J, Art. 32(1)(d): J}
package policies.audit_logging.network_monitoring

applies if count(input.facts.platform.flowLogs) > 0

findings contains {
	"path": switch.path,
	"message": $"{switch.name} records no connections: {switch.why}",
} if {
	some switch in input.facts.platform.flowLogs
	switch.on == "no"
}

unknowns contains {
	"path": switch.path,
	"message": $"whether {switch.name} records connections cannot be told",
} if {
	some switch in input.facts.platform.flowLogs
	switch.on == "unknown"
}

findings contains {
	"path": [],
	"message": "no flow logs of the network are declared here",
	"elsewhere": true,
} if {
	input.facts.platform.environment.flowLogs.answer == "no"
}
