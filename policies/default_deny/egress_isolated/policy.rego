# METADATA
# scope: package
# title: "Egress is not isolated"
# description: "Pods that no network policy selects for egress connect to whatever they like: data leaves unseen, and an intruder fetches tools and reaches every other pod."
# related_resources:
#   - https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation
# custom:
#   severity: high
#   stage: 2
#   judges: [pod]
#   remediation: "Add a NetworkPolicy of type Egress that selects these pods and allows DNS and only the peers they need."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.20: D, A.8.22: D, A.5.15: D, A.8.12: J}
#     gdpr: {Art. 5(1)(f): J, Art. 25(2): J, Art. 32(1)(b): J}
package policies.default_deny.egress_isolated

import data.lib.pod

findings contains object.union(pod.remedy_on_host, {
	"path": pod.selected_by,
	"message": $"egress is not isolated: {isolated.why}",
	"about": pod.labels,
	"value": isolated.answer,
	"related": isolated.by,
}) if {
	isolated := input.facts.network.workload.egressIsolated
	isolated.answer == "no"
}

unknowns contains {
	"path": pod.selected_by,
	"message": $"whether egress is isolated is not known: {isolated.why}",
	"about": pod.labels,
	"value": isolated.answer,
} if {
	isolated := input.facts.network.workload.egressIsolated
	isolated.answer == "unknown"
}
