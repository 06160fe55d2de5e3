# METADATA
# scope: package
# title: "RBAC: rights for the default service account"
# description: "Every pod that names no service account runs as default: what it is granted, all of them hold, those of tomorrow included."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts
#   - https://kubernetes.io/docs/concepts/security/rbac-good-practices/
# custom:
#   severity: medium
#   stage: 1
#   judges: [RoleBinding.rbac.authorization.k8s.io, ClusterRoleBinding.rbac.authorization.k8s.io]
#   remediation: "Make a service account for the workload that needs the role, and bind that."
#   owner: app
#   controls:
#     iso-27001-2022: {A.5.16: J, A.5.18: P}
#     gdpr: {Art. 25(2): J, Art. 32(1)(b): J}
#   parameters:
#     allowed:
#       type: array
#       default: []
#       description: "Roles, bindings and subjects that may have it, as patterns: ClusterRole/cert-manager-*, ServiceAccount/kube-system/*, Group/platform-admins."
package policies.least_privilege.rbac_default_serviceaccount

import data.lib.grants

findings contains {
	"path": array.concat(subject.path, ["name"]),
	"message": $"gives {role.kind} {role.name} to {subject.text}, which every pod without one of its own runs as",
	"value": {"role": input.resource.roleRef, "subject": subject.text},
} if {
	role := input.facts.grants.role
	some subject in input.facts.grants.subjects
	subject.kind == "ServiceAccount"
	subject.name == "default"
	subject.stock == false
	not grants.allowed("least-privilege/rbac-default-serviceaccount")
}
