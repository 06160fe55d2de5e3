package policies.default_deny.allow_all_policy_test

import data.policies.default_deny.allow_all_policy as policy

_input(openings) := {"facts": {"network": {"policy": {"openings": openings}}}}

test_an_opening_is_found if {
	opening := {"direction": "ingress", "path": ["spec", "ingress", 0], "to": "everyone"}
	policy.findings == {{
		"path": ["spec", "ingress", 0],
		"message": "ingress is open to everyone, on every port",
	}} with input as _input([opening])
}

test_none_is_silent if {
	count(policy.findings) == 0 with input as _input([])
}

test_what_is_not_understood_is_silent if {
	count(policy.findings) == 0 with input as {"facts": {"network": {"policy": null}}}
}
