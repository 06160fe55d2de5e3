# METADATA
# scope: package
# title: "RBAC: service account tokens"
# description: "Whoever may ask for the token of any service account is that service account, with all it holds."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#token-request
#   - https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/
# custom:
#   severity: high
#   stage: 1
#   judges: [Role.rbac.authorization.k8s.io, ClusterRole.rbac.authorization.k8s.io, RoleBinding.rbac.authorization.k8s.io, ClusterRoleBinding.rbac.authorization.k8s.io]
#   remediation: "Confine create on serviceaccounts/token to the account that is meant, with resourceNames."
#   owner: app
#   controls:
#     iso-27001-2022: {A.5.16: J, A.8.2: P}
#     gdpr: {Art. 32(1)(b): J}
#   parameters:
#     allowed:
#       type: array
#       default: []
#       description: "Roles, bindings and subjects that may have it, as patterns: ClusterRole/cert-manager-*, ServiceAccount/kube-system/*, Group/platform-admins."
package policies.least_privilege.rbac_token_request

import data.lib.grants

findings contains grants.finding(power) if {
	some power in grants.unconfined("token-request")
	not grants.allowed("least-privilege/rbac-token-request")
}
