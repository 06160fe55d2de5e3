# What policies on pods share: places of pod settings, and who is named for them.
package lib.pod

# The place of a field of the pod spec.
path(field) := object.get(object.get(input.pod, "origins", {}), field, array.concat(input.pod.path, [field]))

# What network policies select pods by.
labels := array.concat(input.pod.metadataPath, ["labels"])

# Where pods say that they are not isolated: on the host network nothing that selects them can hold them.
selected_by := path("hostNetwork") if {
	input.pod.spec.hostNetwork == true
} else := labels

# What isolates them there: policies that select pods do not.
remedy_on_host := {"remediation": concat(" ", [
	"Take the pods off the host's network, or hold the nodes that they run on: Calico's GlobalNetworkPolicy with a",
	"HostEndpoint, Cilium's CiliumClusterwideNetworkPolicy with a nodeSelector, the host's firewall.",
])} if {
	input.pod.spec.hostNetwork == true
} else := {}

windows if input.pod.os == "windows"

# Root in its own user namespace is nobody on the node, so Pod Security Standards 1.35+ relax what is said about users.
user_namespace if input.pod.spec.hostUsers == false

# The places that decide a setting, which containers have from the pod where they set nothing, and decide it for one of
# `values`, or for none of them: {path, value, subject}. Containers that share the pod's setting are one place. A setting
# of the pod counts even where every container overrides it, as upstream. `keys` is the way to the value below a
# securityContext.
settings_in(field, keys, values) := _of_containers_in(field, values) | {_of_pod(keys, value) |
	some value in [_stated(keys)]
	value in values
}

settings_not_in(field, keys, values) := _of_containers_not_in(field, values) | {_of_pod(keys, value) |
	some value in [_stated(keys)]
	not value in values
}

# A place that says nothing about the setting.
unset(field) := _of_containers_in(field, {null})

_of_containers_in(field, values) := {_of_container(container, field) |
	some container in input.pod.containers
	container.security[field].value in values
}

_of_containers_not_in(field, values) := {_of_container(container, field) |
	some container in input.pod.containers
	not container.security[field].value in values
}

_of_container(container, field) := {"path": at.path, "value": at.value, "subject": subject(container, at.path)} if {
	at := container.security[field]
}

# Undefined where the pod states nothing.
_stated(keys) := value if {
	value := object.get(input.pod.spec.securityContext, keys, null)
	value != null
}

# A profile without a type states the empty one.
_stated([field, "type"]) := "" if {
	is_object(input.pod.spec.securityContext[field])
	object.get(input.pod.spec.securityContext, [field, "type"], null) == null
}

_of_pod(keys, value) := {"path": array.concat(path("securityContext"), keys), "value": value, "subject": "the pod"}

# Places that nothing keeps from being root, neither runAsNonRoot nor another user: {path, subject, stated}.
may_run_as_root contains setting if {
	not user_namespace
	some container in input.pod.containers
	security := container.security
	security.runAsNonRoot.value != true
	not security.runAsUser.value > 0
	path_ := security.runAsNonRoot.path
	stated := {security.runAsNonRoot.value, security.runAsUser.value} != {null}
	setting := {"path": path_, "subject": subject(container, path_), "stated": stated}
}

# Containers with a user of their own may override it; those that are injected or attached later do not. Where all say
# that they are not root, the user alone is wrong, which run-as-root-user says.
may_run_as_root contains setting if {
	not user_namespace
	input.pod.spec.securityContext.runAsUser == 0
	object.get(input.pod.spec.securityContext, "runAsNonRoot", null) != true
	some container in input.pod.containers
	container.security.runAsNonRoot.value != true
	setting := {"path": array.concat(path("securityContext"), ["runAsNonRoot"]), "subject": "the pod", "stated": true}
}

# Whom a finding at this place is about.
subject(container, at) := "the pod" if {
	context := path("securityContext")
	array.slice(at, 0, count(context)) == context
} else := $"container {container.name}"
