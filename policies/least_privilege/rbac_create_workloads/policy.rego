# METADATA
# scope: package
# title: "RBAC: creating workloads"
# description: "Whoever may create a pod, or change the template of one, holds what every service account, secret and volume of that namespace holds."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#workload-creation
# custom:
#   severity: medium
#   stage: 1
#   judges: [Role.rbac.authorization.k8s.io, ClusterRole.rbac.authorization.k8s.io, RoleBinding.rbac.authorization.k8s.io, ClusterRoleBinding.rbac.authorization.k8s.io]
#   remediation: "Deploy through the pipeline, and give the rule for one namespace alone, where nothing is more trusted than its holder."
#   owner: app
#   controls:
#     iso-27001-2022: {A.5.15: P, A.8.2: P}
#     gdpr: {Art. 25(2): J, Art. 32(1)(b): J}
#   parameters:
#     allowed:
#       type: array
#       default: []
#       description: "Roles, bindings and subjects that may have it, as patterns: ClusterRole/cert-manager-*, ServiceAccount/kube-system/*, Group/platform-admins."
package policies.least_privilege.rbac_create_workloads

import data.lib.grants

findings contains grants.finding(power) if {
	some power in grants.unconfined("create-workloads")
	not grants.allowed("least-privilege/rbac-create-workloads")
}
