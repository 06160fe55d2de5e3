# METADATA
# scope: package
# title: "RBAC: cluster-admin"
# description: "Whoever holds cluster-admin, or a role that allows as much, is stopped by nothing in the cluster: one stolen token is the whole of it."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
#   - https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles
# custom:
#   severity: critical
#   stage: 1
#   judges: [RoleBinding.rbac.authorization.k8s.io, ClusterRoleBinding.rbac.authorization.k8s.io]
#   remediation: "Bind a role with the verbs and resources that are used, in the namespace where they are used."
#   owner: app
#   controls:
#     iso-27001-2022: {A.5.18: P, A.8.2: P}
#     gdpr: {Art. 32(1)(b): J, Art. 32(4): J}
#   parameters:
#     allowed:
#       type: array
#       default: []
#       description: "Roles, bindings and subjects that may have it, as patterns: ClusterRole/cert-manager-*, ServiceAccount/kube-system/*, Group/platform-admins."
package policies.least_privilege.rbac_cluster_admin

import data.lib.grants

findings contains grants.finding(power) if {
	input.facts.grants.stock == false
	some power in input.facts.grants.powers
	power.power == "everything"
	not grants.allowed("least-privilege/rbac-cluster-admin")
}

unknowns contains {"path": ["roleRef", "name"], "message": $"what it hands out is not known: {complete.why}"} if {
	complete := input.facts.grants.complete
	complete.answer == "unknown"
}
