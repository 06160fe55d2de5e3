# METADATA
# scope: package
# title: "RBAC: wildcards"
# description: "A star grants what nobody looked at: every verb, every resource, and every one that a later version or a new operator brings."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
#   - https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources
# custom:
#   severity: high
#   stage: 1
#   judges: [Role.rbac.authorization.k8s.io, ClusterRole.rbac.authorization.k8s.io, RoleBinding.rbac.authorization.k8s.io, ClusterRoleBinding.rbac.authorization.k8s.io]
#   remediation: "Write down the verbs and the resources that are used."
#   owner: app
#   controls:
#     iso-27001-2022: {A.5.15: P, A.8.2: P}
#     gdpr: {Art. 25(2): J, Art. 32(1)(b): J}
#   parameters:
#     allowed:
#       type: array
#       default: []
#       description: "Roles, bindings and subjects that may have it, as patterns: ClusterRole/cert-manager-*, ServiceAccount/kube-system/*, Group/platform-admins."
package policies.least_privilege.rbac_wildcard

import data.lib.grants

findings contains grants.finding(power) if {
	input.facts.grants.stock == false
	some power in input.facts.grants.powers
	power.power == "wildcard"
	not _told_already(power)
	not grants.allowed("least-privilege/rbac-wildcard")
}

# A rule with several wildcards is one finding, at the first.
_told_already(power) if {
	power.path[0] == "rules"
	some other in input.facts.grants.powers
	other.power == "wildcard"
	other.rule == power.rule
	_rank[other.path[2]] < _rank[power.path[2]]
}

_rank := {"resources": 0, "verbs": 1, "nonResourceURLs": 2}
