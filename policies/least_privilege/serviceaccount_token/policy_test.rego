package policies.least_privilege.serviceaccount_token_test

import data.policies.least_privilege.serviceaccount_token as policy

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

_pod(facts) := {"resource": {"kind": "Pod"}, "pod": {}, "facts": {"serviceAccount": {"token": facts}}}

_alone(change) := {"resource": {"kind": "ServiceAccount"}, "pod": null, "facts": {"serviceAccount": {"token": _facts(change)}}}

test_mounted_for_nothing_is_found if {
	some finding in policy.findings with input as _pod(_facts({}))
	finding.path == ["spec", "automountServiceAccountToken"]
	finding.elsewhere == false
	count(finding.related) == 1
}

test_not_mounted_is_silent if {
	count(policy.findings) == 0 with input as _pod(_facts({"automount": {"answer": "no"}}))
}

test_used_is_silent if {
	count(policy.findings) == 0 with input as _pod(_facts({"used": {"answer": "yes"}}))
}

test_use_that_cannot_be_told_is_unknown if {
	facts := _facts({"used": {"answer": "unknown"}})
	count(policy.findings) == 0 with input as _pod(facts)
	count(policy.unknowns) == 1 with input as _pod(facts)
}

test_account_declared_elsewhere_advises if {
	some finding in policy.findings with input as _pod(_facts({"declared": {"answer": "no"}}))
	finding.elsewhere == true
	some unknown in policy.findings with input as _pod(_facts({"automount": {"answer": "unknown"}}))
	unknown.elsewhere == true
}

test_account_without_pods_here_advises if {
	some finding in policy.findings with input as _alone({"workloads": 0})
	finding.elsewhere == true
	count(policy.findings) == 0 with input as _alone({"workloads": 1})
	count(policy.findings) == 0 with input as _alone({"workloads": 0, "used": {"answer": "yes"}})
	count(policy.findings) == 0 with input as _alone({"workloads": 0, "automount": {"answer": "no"}})
}

test_default_account_is_nobody_elses if {
	some finding in policy.findings with input as _pod(_facts({"name": "default", "isDefault": true, "declared": {"answer": "no"}}))
	finding.elsewhere == false
}

test_absent_from_a_partial_pod_is_unknown if {
	partial := object.union(_pod(_facts({"automount": {"answer": "unknown"}})), {"pod": {"partial": true}})
	count(policy.findings) == 0 with input as partial
	count(policy.unknowns) == 1 with input as partial
}
