package lib.pod_test

import data.lib.pod
import data.lib.pod_fixture_test as fixture

test_field_is_where_it_was_taken_from if {
	input_pod := fixture.pod([], {"path": ["spec", "templates", 1], "origins": {"hostNetwork": ["spec", "hostNetwork"]}})
	pod.path("hostNetwork") == ["spec", "hostNetwork"] with input.pod as input_pod
	pod.path("hostPID") == ["spec", "templates", 1, "hostPID"] with input.pod as input_pod
}

test_what_containers_share_is_one_place if {
	other := object.union(fixture.inherits({"runAsUser": 0}), {"name": "other"})
	input_pod := fixture.pod([fixture.inherits({"runAsUser": 0}), other], {"spec": {"securityContext": {"runAsUser": 0}}})
	settings := pod.settings_not_in("runAsUser", ["runAsUser"], {null}) with input.pod as input_pod
	settings == {{"path": ["spec", "securityContext", "runAsUser"], "value": 0, "subject": "the pod"}}
}

test_pod_counts_where_every_container_overrides_it if {
	input_pod := fixture.pod([fixture.sets({"runAsUser": 7})], {"spec": {"securityContext": {"runAsUser": 0}}})
	settings := pod.settings_not_in("runAsUser", ["runAsUser"], {null}) with input.pod as input_pod
	{setting.subject: setting.value | some setting in settings} == {"the pod": 0, "container app": 7}
}

test_unset_is_one_place if {
	settings := pod.unset("runAsUser") with input.pod as fixture.pod([fixture.sets({})], {})
	settings == {{"path": ["spec", "securityContext", "runAsUser"], "value": null, "subject": "the pod"}}
	count(pod.unset("runAsUser")) == 0 with input.pod as fixture.pod([fixture.sets({"runAsUser": 7})], {})
}
