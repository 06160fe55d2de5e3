package policies.least_privilege.default_serviceaccount_test

import data.policies.least_privilege.default_serviceaccount as policy

_facts(change) := object.union(
	{
		"name": "cart",
		"isDefault": false,
		"path": ["spec", "serviceAccountName"],
		"declared": {"answer": "yes", "why": "ServiceAccount cart is declared here", "by": []},
		"automount": {
			"answer": "yes",
			"why": "neither the pod nor ServiceAccount cart opts out",
			"by": [{"id": 1, "kind": "ServiceAccount", "namespace": "shop", "name": "cart"}],
			"path": ["spec", "automountServiceAccountToken"],
		},
		"used": {"answer": "no", "why": "nothing here gives ServiceAccount cart permissions", "by": []},
	},
	change,
)

test_default_is_found if {
	some finding in policy.findings with input.facts.serviceAccount.token as _facts({"name": "default", "isDefault": true}) with input.pod.partial as false
	finding.path == ["spec", "serviceAccountName"]
}

test_default_without_token_is_silent if {
	facts := _facts({"name": "default", "isDefault": true, "automount": {"answer": "no"}})
	count(policy.findings) == 0 with input.facts.serviceAccount.token as facts with input.pod.partial as false
}

test_own_account_is_silent if {
	count(policy.findings) == 0 with input.facts.serviceAccount.token as _facts({}) with input.pod.partial as false
}

test_absent_from_a_partial_pod_is_unknown if {
	facts := _facts({"name": "default", "isDefault": true})
	count(policy.findings) == 0 with input.facts.serviceAccount.token as facts with input.pod.partial as true
	count(policy.unknowns) == 1 with input.facts.serviceAccount.token as facts with input.pod.partial as true
}

_account(automount) := {"name": "default", "isDefault": true, "automount": {"answer": automount, "path": ["automountServiceAccountToken"]}}

test_the_account_itself if {
	some finding in policy.findings with input as {
		"resource": {"kind": "ServiceAccount"},
		"pod": null,
		"facts": {"serviceAccount": {"token": _account("yes")}},
	}
	finding.path == ["automountServiceAccountToken"]
	count(policy.findings) == 0 with input as {
		"resource": {"kind": "ServiceAccount"},
		"pod": null,
		"facts": {"serviceAccount": {"token": _account("no")}},
	}
}
