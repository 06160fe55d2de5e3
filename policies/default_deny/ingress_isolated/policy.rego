# METADATA
# scope: package
# title: "Ingress is not isolated"
# description: "Pods that no network policy selects for ingress take connections from every pod of the cluster: whoever breaks into one of them reaches all the others."
# related_resources:
#   - https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation
# custom:
#   severity: high
#   stage: 1
#   judges: [pod]
#   remediation: "Add a NetworkPolicy of type Ingress that selects these pods and allows only the peers they serve."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.20: D, A.8.22: D, A.5.15: D}
#     gdpr: {Art. 5(1)(f): J, Art. 25(2): J, Art. 32(1)(b): J}
package policies.default_deny.ingress_isolated

import data.lib.pod

findings contains object.union(pod.remedy_on_host, {
	"path": pod.selected_by,
	"message": $"ingress is not isolated: {isolated.why}",
	"about": pod.labels,
	"value": isolated.answer,
	"related": isolated.by,
}) if {
	isolated := input.facts.network.workload.ingressIsolated
	isolated.answer == "no"
}

unknowns contains {
	"path": pod.selected_by,
	"message": $"whether ingress is isolated is not known: {isolated.why}",
	"about": pod.labels,
	"value": isolated.answer,
} if {
	isolated := input.facts.network.workload.ingressIsolated
	isolated.answer == "unknown"
}
