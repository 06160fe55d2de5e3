# METADATA
# scope: package
# title: "Service account token without end"
# description: "A token kept in a Secret never expires, holds outside the cluster and works for whoever can read the Secret."
# related_resources:
#   - https://kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets
#   - https://kubernetes.io/docs/concepts/security/service-accounts/
# custom:
#   severity: medium
#   stage: 2
#   judges: [Secret]
#   remediation: "Remove the Secret; use a projected token in pods, and kubectl create token or an OIDC federation elsewhere."
#   owner: app
#   controls:
#     iso-27001-2022: {A.5.16: J, A.5.17: J, A.8.2: P, A.8.3: P}
#     gdpr: {Art. 25(2): J, Art. 32(1)(b): J}
package policies.least_privilege.legacy_token_secret

findings contains {
	"path": ["type"],
	"message": $"the Secret holds a token of ServiceAccount {account} that never expires",
} if {
	input.resource.type == "kubernetes.io/service-account-token"
	account := object.get(input.resource, ["metadata", "annotations", "kubernetes.io/service-account.name"], "(none named)")
}
