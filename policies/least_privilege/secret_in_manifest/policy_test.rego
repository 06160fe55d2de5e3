package policies.least_privilege.secret_in_manifest_test

import data.policies.least_privilege.secret_in_manifest as policy

_written(field, key) := {"path": [field, key], "name": key, "container": null, "what": "data"}

test_each_field_is_found_by_its_keys if {
	written := [_written("data", "user"), _written("data", "password"), _written("stringData", "token")]
	findings := policy.findings with input.facts.secrets.written as written
	{finding.path: finding.message | some finding in findings} == {
		["data"]: "the Secret has its values in the repository: password, user",
		["stringData"]: "the Secret has its values in the repository: token",
	}
}

test_nothing_written_is_silent if {
	count(policy.findings) == 0 with input.facts.secrets.written as []
}
