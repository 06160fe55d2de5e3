package policies.least_privilege.apparmor_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.apparmor as policy

test_field_is_found if {
	some finding in policy.findings with input.pod as fixture.pod([fixture.sets({"appArmorProfile": "Unconfined"})], {})
	finding.path == ["spec", "containers", 0, "securityContext", "appArmorProfile", "type"]
	finding.message == "container app has AppArmor profile Unconfined"
}

_annotated(values) := fixture.pod([fixture.sets({})], {"metadata": {
	"labels": {},
	"annotations": {$"container.apparmor.security.beta.kubernetes.io/{name}": value | some name, value in values},
}})

test_annotation_is_found if {
	some finding in policy.findings with input.pod as _annotated({"app": "unconfined"})
	finding.path == ["metadata", "annotations", "container.apparmor.security.beta.kubernetes.io/app"]
	finding.message == "container app has AppArmor profile unconfined"
}

test_annotation_is_found_once if {
	key := "container.apparmor.security.beta.kubernetes.io/app"
	security := {"appArmorProfile": {"value": "Unconfined", "path": ["metadata", "annotations", key]}}
	container := object.union(fixture.sets({}), {"security": security})
	count(policy.findings) == 1 with input.pod as object.union(_annotated({"app": "unconfined"}), {"containers": [container]})
}

test_allowed_annotations_are_silent if {
	every value in ["", "runtime/default", "localhost/mine"] {
		count(policy.findings) == 0 with input.pod as _annotated({"app": value})
	}
}

test_annotation_for_no_container_is_found if {
	some finding in policy.findings with input.pod as _annotated({"ap": "runtime/default"})
	finding.path == ["metadata", "annotations", "container.apparmor.security.beta.kubernetes.io/ap"]
	contains(finding.message, "container ap, which the pod does not have")
	count(policy.findings) == 0 with input.pod as object.union(_annotated({"ap": "runtime/default"}), {"partial": true})
}

test_profiles_and_none_are_silent if {
	every value in ["RuntimeDefault", "Localhost", null] {
		count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({"appArmorProfile": value})], {})
	}
}
