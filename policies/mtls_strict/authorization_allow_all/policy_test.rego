package policies.mtls_strict.authorization_allow_all_test

import data.policies.mtls_strict.authorization_allow_all as policy

_policy(action, open) := {"facts": {"mesh": {"authorization": {"action": action, "reach": "namespace shop", "open": open}}}}

test_open_rules_are_found if {
	open := [{"path": ["spec", "rules", 0], "to": "anyone"}, {"path": ["spec", "rules", 1, "from", 0], "to": "every identity"}]
	policy.findings == {
		{"path": ["spec", "rules", 0], "message": "anyone, in the mesh or not, may call namespace shop"},
		{"path": ["spec", "rules", 1, "from", 0], "message": "every workload with a mesh identity may call namespace shop"},
	} with input as _policy("ALLOW", open)
}

test_other_actions_allow_nothing if {
	every action in ["DENY", "AUDIT", "CUSTOM"] {
		count(policy.findings) == 0 with input as _policy(action, [{"path": ["spec", "rules", 0], "to": "anyone"}])
	}
}

test_narrow_rules_are_silent if {
	count(policy.findings) == 0 with input as _policy("ALLOW", [])
}
