package policies.least_privilege.default_namespace_test

import data.lib.words
import data.policies.least_privilege.default_namespace as policy

_resource := {"kind": "Service", "metadata": {"name": "cart", "namespace": "default"}}

test_default_is_found if {
	some finding in policy.findings with input as {"declared": true, "namespace": "default", "resource": _resource}
	finding.path == ["metadata", "namespace"]
	finding.message == $"{words.subject} is deployed to the default namespace"
}

test_other_and_unstated_are_silent if {
	every namespace in ["shop", null] {
		count(policy.findings) == 0 with input as {"declared": true, "namespace": namespace, "resource": _resource}
	}
}
