# METADATA
# scope: package
# title: "Egress to everywhere"
# description: "Egress to every address lets data out to anybody; the metadata address hands the credentials of the node to whoever asks from a pod."
# related_resources:
#   - https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-range-of-ports
#   - https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html
# custom:
#   severity: medium
#   stage: 2
#   judges: [NetworkPolicy.networking.k8s.io, AdminNetworkPolicy.policy.networking.k8s.io, BaselineAdminNetworkPolicy.policy.networking.k8s.io, ClusterNetworkPolicy.policy.networking.k8s.io, NetworkPolicy.projectcalico.org, NetworkPolicy.crd.projectcalico.org, GlobalNetworkPolicy.projectcalico.org, GlobalNetworkPolicy.crd.projectcalico.org, CiliumNetworkPolicy.cilium.io, CiliumClusterwideNetworkPolicy.cilium.io]
#   remediation: "Name the address blocks or, where the policy kind can, the DNS names that are needed; leave 169.254.169.254 out with except."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.12: J, A.8.20: D, A.8.22: D}
#     gdpr: {Art. 5(1)(f): J, Art. 32(1)(b): J}
#   parameters:
#     ports:
#       type: array
#       default: [53]
#       description: "Ports that may be open to every address: name resolution."
package policies.default_deny.open_egress

findings contains {
	"path": reach.path,
	"message": $"egress reaches {reach.to}{_together(reach)}{_ports(reach)}",
} if {
	some reach in input.facts.network.policy.farReaches
	not _harmless(reach)
}

_harmless(reach) if {
	count(reach.ports) > 0
	every port in reach.ports {
		port in data.parameters["default-deny/open-egress"].ports
	}
}

_ports(reach) := "" if count(reach.ports) == 0

_ports(reach) := $" on {_word(reach.ports)} {concat(", ", [$"{port}" | some port in reach.ports])}" if count(reach.ports) > 0

_word(ports) := "port" if count(ports) == 1

_word(ports) := "ports" if count(ports) > 1

_together(reach) := "" if reach.together == null

_together(reach) := $" together with {reach.together}" if reach.together != null
