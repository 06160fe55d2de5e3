package policies.default_deny.open_egress_test

import data.policies.default_deny.open_egress as policy

_input(reach) := {"facts": {"network": {"policy": {"farReaches": [object.union(
	{"path": ["spec", "egress", 0], "to": "every address", "ports": [], "together": null},
	reach,
)]}}}}

_parameters := {"default-deny/open-egress": {"ports": [53]}}

_messages(reach) := found if {
	found := {finding.message | some finding in policy.findings} with input as _input(reach)
		with data.parameters as _parameters
}

test_every_address_is_found if {
	_messages({}) == {"egress reaches every address"}
	_messages({"ports": [443]}) == {"egress reaches every address on port 443"}
	_messages({"ports": [80, 443]}) == {"egress reaches every address on ports 80, 443"}
	_messages({"together": "NetworkPolicy b"}) == {"egress reaches every address together with NetworkPolicy b"}
}

test_the_metadata_address_is_found if {
	_messages({"to": "the metadata address", "ports": [80]}) == {"egress reaches the metadata address on port 80"}
}

test_name_resolution_is_silent if {
	count(_messages({"ports": [53]})) == 0
	count(_messages({"ports": [53, 443]})) == 1
}

test_other_ports_may_be_allowed if {
	count(policy.findings) == 0 with input as _input({"ports": [53, 443]})
		with data.parameters as {"default-deny/open-egress": {"ports": [53, 443]}}
}
