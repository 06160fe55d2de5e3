package policies.least_privilege.control_plane_scheduling_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.control_plane_scheduling as policy

_pod(toleration) := fixture.pod([], {"spec": {"tolerations": [{"key": "other"}, toleration]}})

test_toleration_is_found if {
	some finding in policy.findings with input.pod as _pod({"key": "node-role.kubernetes.io/control-plane", "operator": "Exists"})
	finding.path == ["spec", "tolerations", 1]
	startswith(finding.message, "the pod tolerates taint node-role.kubernetes.io/control-plane")
}

test_old_taint_is_told_with_where_it_is_set if {
	some finding in policy.findings with input.pod as _pod(_master)
	finding.message == concat("", [
		"the pod tolerates taint node-role.kubernetes.io/master, ",
		"so it may run on control plane nodes of OpenShift, and of clusters before Kubernetes 1.25",
	])
}

test_both_taints_are_told_once if {
	some toleration in [{"key": "node-role.kubernetes.io/control-plane"}, {"operator": "Exists"}]
	pod := fixture.pod([], {"spec": {"tolerations": [_master, toleration]}})
	{finding.path[2] | some finding in policy.findings} == {1} with input.pod as pod
	nearly := fixture.pod([], {"spec": {"tolerations": [_master, {"key": "gpu"}]}})
	{finding.path[2] | some finding in policy.findings} == {0} with input.pod as nearly
}

_master := {"key": "node-role.kubernetes.io/master", "effect": "NoSchedule"}

test_toleration_of_everything_is_found if {
	some finding in policy.findings with input.pod as _pod({"operator": "Exists"})
	startswith(finding.message, "the pod tolerates every taint")
}

test_other_tolerations_are_silent if {
	every toleration in [
		{"key": "node-role.kubernetes.io/control-plane", "effect": "PreferNoSchedule"},
		{"operator": "Exists", "effect": "NoExecute"},
		{"key": "gpu", "operator": "Exists"},
	] {
		count(policy.findings) == 0 with input.pod as _pod(toleration)
	}
	count(policy.findings) == 0 with input.pod as fixture.pod([], {})
}
