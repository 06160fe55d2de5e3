package policies.least_privilege.secret_in_configmap_test

import data.policies.least_privilege.secret_in_configmap as policy

test_what_is_written_is_found if {
	says := {
		"credential": "key db of the ConfigMap holds a credential",
		"assignment": "key db of the ConfigMap holds a password",
		"name": "key db of the ConfigMap has the name of a secret and a value",
	}
	every what, message in says {
		written := [{"path": ["data", "db"], "name": "db", "container": null, "what": what}]
		policy.findings == {{"path": ["data", "db"], "message": message}} with input.facts.secrets.written as written
	}
}

test_nothing_written_is_silent if {
	count(policy.findings) == 0 with input.facts.secrets.written as []
}
