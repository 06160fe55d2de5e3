# METADATA
# scope: package
# title: "Cilium mutual authentication"
# description: "Cilium checks who the other side is only where a rule demands it: a rule without authentication lets a connection in on labels alone, and one that disables it overrides those that demand it."
# related_resources:
#   - https://docs.cilium.io/en/stable/network/servicemesh/mutual-authentication/mutual-authentication/
# custom:
#   severity: medium
#   stage: 3
#   judges: [CiliumNetworkPolicy.cilium.io, CiliumClusterwideNetworkPolicy.cilium.io]
#   remediation: "Set authentication.mode to required in each ingress rule."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.5: J, A.8.21: J}
#     gdpr: {Art. 5(1)(f): J}
package policies.mtls_strict.cilium_authentication

findings contains {
	"path": array.concat(rule.path, ["authentication", "mode"]),
	"message": $"the {rule.direction} rule has authentication mode {rule.mode}",
	"fix": {"set": "required"},
} if {
	some rule in input.facts.mesh.cilium.rules
	rule.mode != null
	rule.mode != "required"
}

# Where mutual authentication is used at all, a rule without it is a gap; where nothing else gives identities either, it
# is the way to have some.
findings contains {
	"path": array.concat(rule.path, ["authentication"]),
	"message": "the ingress rule lets connections in without authentication",
	"elsewhere": count(input.facts.mesh.meshes) == 0,
} if {
	_expected
	some rule in input.facts.mesh.cilium.rules
	rule.direction == "ingress"
	not rule.denies
	not rule.outside
	rule.mode == null
}

_expected if "cilium" in input.facts.mesh.meshes

_expected if count(input.facts.mesh.meshes) == 0
