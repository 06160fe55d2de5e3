# METADATA
# scope: package
# title: "Policy that allows everything"
# description: "A rule without peers and without ports undoes every other policy for the pods that it holds: rules only ever add, so nothing can take back what it lets through."
# related_resources:
#   - https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies
# custom:
#   severity: high
#   stage: 1
#   judges: [NetworkPolicy.networking.k8s.io, AdminNetworkPolicy.policy.networking.k8s.io, BaselineAdminNetworkPolicy.policy.networking.k8s.io, ClusterNetworkPolicy.policy.networking.k8s.io, NetworkPolicy.projectcalico.org, NetworkPolicy.crd.projectcalico.org, GlobalNetworkPolicy.projectcalico.org, GlobalNetworkPolicy.crd.projectcalico.org, CiliumNetworkPolicy.cilium.io, CiliumClusterwideNetworkPolicy.cilium.io]
#   remediation: "Name the peers and ports that are needed, or remove the rule."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.20: D, A.8.22: D, A.5.15: D}
#     gdpr: {Art. 5(1)(f): J, Art. 25(2): J, Art. 32(1)(b): J}
package policies.default_deny.allow_all_policy

findings contains {
	"path": opening.path,
	"message": $"{opening.direction} is open to {opening.to}, on every port",
} if {
	some opening in input.facts.network.policy.openings
}
