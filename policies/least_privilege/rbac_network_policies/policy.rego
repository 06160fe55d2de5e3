# METADATA
# scope: package
# title: "RBAC: writing network policies"
# description: "Who may change network policies may open what they close: segmentation then holds only as long as its holder wants."
# related_resources:
#   - https://kubernetes.io/docs/concepts/services-networking/network-policies/
#   - https://kubernetes.io/docs/concepts/security/rbac-good-practices/
# custom:
#   severity: medium
#   stage: 1
#   judges: [Role.rbac.authorization.k8s.io, ClusterRole.rbac.authorization.k8s.io, RoleBinding.rbac.authorization.k8s.io, ClusterRoleBinding.rbac.authorization.k8s.io]
#   remediation: "Leave network policies to the repository and to whoever owns the namespace; take the write verbs away from workloads."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.2: P, A.8.22: D}
#     gdpr: {Art. 32(1)(b): J}
#   parameters:
#     allowed:
#       type: array
#       default: []
#       description: "Roles, bindings and subjects that may have it, as patterns: ClusterRole/cert-manager-*, ServiceAccount/kube-system/*, Group/platform-admins."
package policies.least_privilege.rbac_network_policies

import data.lib.grants

findings contains grants.finding(power) if {
	some power in grants.unconfined("network-policies")
	not grants.allowed("least-privilege/rbac-network-policies")
}
