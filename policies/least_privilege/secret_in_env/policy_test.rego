package policies.least_privilege.secret_in_env_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.secret_in_env as policy

_pod(spec) := fixture.pod([fixture.container(object.union({"name": "app"}, spec))], {})

_parameters := {"least-privilege/secret-in-env": {"references": true}}

test_written_is_found if {
	written := [{"path": ["spec", "containers", 0, "env", 1, "value"], "name": "DB_PASSWORD", "container": "app", "what": "name"}]
	some finding in policy.findings with input.pod as _pod({}) with input.facts.secrets.written as written
	finding.path == ["spec", "containers", 0, "env", 1, "value"]
	finding.message == "container app has a secret written out in variable DB_PASSWORD"
}

test_reference_advises if {
	env := [
		{"name": "B", "valueFrom": {"secretKeyRef": {"name": "db", "key": "b"}}},
		{"name": "A", "valueFrom": {"secretKeyRef": {"name": "db", "key": "a"}}},
	]
	some finding in policy.findings with input.pod as _pod({"env": env}) with data.parameters as _parameters
	finding.path == ["spec", "containers", 0, "env"]
	finding.elsewhere == true
	finding.advises == "whether its program can read files is decided where that is written"
	finding.message == "container app reads secrets from environment variables: A, B"
}

test_references_are_found_in_bulk if {
	spec := {"envFrom": [{"configMapRef": {"name": "cart"}}, {"secretRef": {"name": "db"}}]}
	some finding in policy.findings with input.pod as _pod(spec) with data.parameters as _parameters
	finding.message == "container app reads secrets from environment variables: all of Secret db"
}

test_references_can_be_turned_off if {
	env := [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "db", "key": "a"}}}]
	off := {"least-privilege/secret-in-env": {"references": false}}
	count(policy.findings) == 0 with input.pod as _pod({"env": env}) with data.parameters as off
}

test_others_are_silent if {
	env := [
		{"name": "GREETING", "value": "hello"},
		{"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
		{"name": "NONE", "valueFrom": null},
	]
	count(policy.findings) == 0 with input.pod as _pod({"env": env}) with data.parameters as _parameters
}
