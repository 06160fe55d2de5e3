# METADATA
# scope: package
# title: "RBAC: approving certificates"
# description: "A client certificate that the cluster signs is an identity that no one can take back before it ends: who approves requests makes whom they like."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#csrs-and-certificate-issuing
#   - https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/
# custom:
#   severity: high
#   stage: 1
#   judges: [Role.rbac.authorization.k8s.io, ClusterRole.rbac.authorization.k8s.io, RoleBinding.rbac.authorization.k8s.io, ClusterRoleBinding.rbac.authorization.k8s.io]
#   remediation: "Take away update on certificatesigningrequests/approval; confine approve and sign on signers to your own signer with resourceNames."
#   owner: app
#   controls:
#     iso-27001-2022: {A.5.16: J, A.8.2: P}
#     gdpr: {Art. 32(1)(b): J}
#   parameters:
#     allowed:
#       type: array
#       default: []
#       description: "Roles, bindings and subjects that may have it, as patterns: ClusterRole/cert-manager-*, ServiceAccount/kube-system/*, Group/platform-admins."
package policies.least_privilege.rbac_certificates

import data.lib.grants

findings contains grants.finding(power) if {
	some power in grants.named("certificates")
	_is_of_cluster(power)
	not grants.allowed("least-privilege/rbac-certificates")
}

_is_of_cluster(power) if count(power.names) == 0

# The cluster's own signers make identities that the API server trusts; others sign for themselves.
_is_of_cluster(power) if {
	some name in power.names
	startswith(name, "kubernetes.io/")
}
