# METADATA
# scope: package
# title: "Policy cannot hold pods on the host network"
# description: "Pods with hostNetwork have the address of their node; network policies of pods do not reach them, so a policy that selects them holds nothing back."
# related_resources:
#   - https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods
# custom:
#   severity: high
#   stage: 2
#   judges: [pod]
#   remediation: "Take the pods off the host's network, or hold the nodes that they run on: Calico's GlobalNetworkPolicy with a HostEndpoint, Cilium's CiliumClusterwideNetworkPolicy with a nodeSelector, the host's firewall."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.20: D, A.8.22: D}
#     gdpr: {Art. 5(1)(f): J, Art. 32(1)(b): J}
package policies.default_deny.host_network_bypass

import data.lib.pod

findings contains {
	"path": pod.path("hostNetwork"),
	"message": $"on the host network, out of reach of {concat(", ", names)}",
	"related": policies,
} if {
	policies := input.facts.network.workload.bypassed
	count(policies) > 0
	names := [$"{policy.kind} {policy.name}" | some policy in policies]
}
