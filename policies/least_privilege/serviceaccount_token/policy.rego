# METADATA
# scope: package
# title: "Service account token mounted for nothing"
# description: "The token of a service account lets whoever breaks into the pod speak to the API server; a pod that has no use for it should not have it."
# related_resources:
#   - https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
#   - https://kubernetes.io/docs/concepts/security/service-accounts/
# custom:
#   severity: medium
#   stage: 2
#   judges: [pod, ServiceAccount]
#   remediation: "Set automountServiceAccountToken to false on the pod; a pod that needs a token can mount a projected one with an audience and a lifetime."
#   owner: app
#   controls:
#     iso-27001-2022: {A.5.15: P, A.5.16: J, A.8.2: P, A.8.3: P}
#     gdpr: {Art. 25(2): J, Art. 32(1)(b): J}
package policies.least_privilege.serviceaccount_token

findings contains {
	"path": _automount.path,
	"message": $"the token of ServiceAccount {_account.name} is mounted and nothing here uses it: {_automount.why}",
	"fix": {"set": false},
	"elsewhere": _permissions_may_be_elsewhere,
	"related": _automount.by,
} if {
	input.pod != null
	_automount.answer in {"yes", "unknown"}
	_account.used.answer == "no"
	not _left_to_operator
}

# An account that no pod here runs as: those elsewhere get what it says.
findings contains {
	"path": _automount.path,
	"message": $"pods get the token of ServiceAccount {_account.name} and nothing here uses it: {_automount.why}",
	"fix": {"set": false},
	"elsewhere": true,
} if {
	input.resource.kind == "ServiceAccount"
	_account.workloads == 0
	_automount.answer == "yes"
	_account.used.answer == "no"
}

unknowns contains {"path": _automount.path, "message": $"whether the mounted token is used: {_account.used.why}"} if {
	input.pod != null
	_automount.answer in {"yes", "unknown"}
	_account.used.answer == "unknown"
}

unknowns contains {
	"path": _automount.path,
	"message": "whether the token of its ServiceAccount is mounted is left to the operator of the pod",
} if {
	_left_to_operator
	_account.used.answer == "no"
}

_left_to_operator if {
	input.pod.partial
	_automount.answer == "unknown"
}

_account := input.facts.serviceAccount.token

_automount := _account.automount

default _permissions_may_be_elsewhere := false

# Whoever declares the account may well declare its opt-out,
_permissions_may_be_elsewhere if _automount.answer == "unknown"

# and its permissions; except the default account, which should have none anywhere.
_permissions_may_be_elsewhere if {
	_account.declared.answer == "no"
	not _account.isDefault
}
