# METADATA
# scope: package
# title: "Namespace without default deny"
# description: "Without a policy that selects every pod of the namespace, a new pod is open until somebody thinks of a policy for it; zero trust wants it the other way round."
# related_resources:
#   - https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies
# custom:
#   severity: high
#   stage: 1
#   judges: [Namespace]
#   remediation: "Add a NetworkPolicy to the namespace with an empty podSelector, policyTypes Ingress and Egress, and no rules, and remove what allows everything to every pod."
#   owner: namespace
#   controls:
#     iso-27001-2022: {A.8.20: D, A.8.22: D, A.5.15: D}
#     gdpr: {Art. 5(1)(f): J, Art. 25(2): J, Art. 32(1)(b): J}
package policies.default_deny.namespace_default_deny

findings contains {
	"path": _path,
	"message": $"{direction} is not denied by default: {deny.why}",
	"elsewhere": input.declared == false,
	"related": deny.by,
} if {
	some direction, deny in input.facts.network.namespace.defaultDeny
	deny.answer == "no"
}

unknowns contains {
	"path": _path,
	"message": $"whether {direction} is denied by default is not known: {deny.why}",
} if {
	some direction, deny in input.facts.network.namespace.defaultDeny
	deny.answer == "unknown"
}

default _path := []

# A namespace that is not declared here has no line of its own.
_path := ["metadata", "name"] if input.declared
