# METADATA
# scope: package
# title: "Policy that selects nothing"
# description: "A policy whose selector no pod matches, a typing error as a rule, protects nothing, and everybody believes that it does."
# related_resources:
#   - https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors
# custom:
#   severity: medium
#   stage: 2
#   judges: [NetworkPolicy.networking.k8s.io, AdminNetworkPolicy.policy.networking.k8s.io, BaselineAdminNetworkPolicy.policy.networking.k8s.io, ClusterNetworkPolicy.policy.networking.k8s.io, NetworkPolicy.projectcalico.org, NetworkPolicy.crd.projectcalico.org, GlobalNetworkPolicy.projectcalico.org, GlobalNetworkPolicy.crd.projectcalico.org, CiliumNetworkPolicy.cilium.io, CiliumClusterwideNetworkPolicy.cilium.io]
#   remediation: "Correct the selector to the labels of the pod template, or remove the policy."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.20: D, A.8.22: D}
#     gdpr: {Art. 32(1)(b): J}
package policies.default_deny.dangling_policy

# The pods may be declared in another repository.
findings contains {
	"path": input.facts.network.policy.subject,
	"message": $"it protects nothing: {selects.why}",
	"elsewhere": true,
} if {
	selects := input.facts.network.policy.selects
	selects.answer == "no"
	object.get(input.facts.network.policy, "refused", null) == null
}

findings contains {
	"path": input.facts.network.policy.subject,
	"message": $"it protects nothing: {refused}",
} if {
	refused := input.facts.network.policy.refused
	refused != null
}

findings contains {
	"path": path,
	"message": "it allows a peer of its own namespace that no pod here is",
	"elsewhere": true,
} if {
	some path in input.facts.network.policy.danglingPeers
}

unknowns contains {
	"path": input.facts.network.policy.subject,
	"message": $"what it selects is not known: {selects.why}",
} if {
	selects := input.facts.network.policy.selects
	selects.answer == "unknown"
}
