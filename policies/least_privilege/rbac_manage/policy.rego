# METADATA
# scope: package
# title: "RBAC: managing roles and bindings"
# description: "Whoever writes roles or bindings decides who may do what: this belongs to few people, and to a pull request, not to a running workload."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#hardening
#   - https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
# custom:
#   severity: high
#   stage: 1
#   judges: [Role.rbac.authorization.k8s.io, ClusterRole.rbac.authorization.k8s.io, RoleBinding.rbac.authorization.k8s.io, ClusterRoleBinding.rbac.authorization.k8s.io]
#   remediation: "Take away create, update, patch and delete on roles, clusterroles, rolebindings and clusterrolebindings; declare them in the repository instead."
#   owner: app
#   controls:
#     iso-27001-2022: {A.5.3: P, A.5.18: P, A.8.2: P}
#     gdpr: {Art. 25(2): J, Art. 32(4): J}
#   parameters:
#     allowed:
#       type: array
#       default: []
#       description: "Roles, bindings and subjects that may have it, as patterns: ClusterRole/cert-manager-*, ServiceAccount/kube-system/*, Group/platform-admins."
package policies.least_privilege.rbac_manage

import data.lib.grants

findings contains grants.finding(power) if {
	some power in grants.unconfined("manage-rbac")
	not grants.allowed("least-privilege/rbac-manage")
}
