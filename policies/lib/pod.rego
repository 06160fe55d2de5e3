# What policies on pods share: places of pod settings, and who is named for them.
package lib.pod

# The place of a field of the pod spec.
path(field) := object.get(object.get(input.pod, "origins", {}), field, array.concat(input.pod.path, [field]))

windows if input.pod.os == "windows"

# Root in its own user namespace is nobody on the node, so Pod Security Standards 1.35+ relax what is said about users.
user_namespace if input.pod.spec.hostUsers == false

# The places that decide a setting which containers have from the pod where they set nothing: {path, value, subject}.
# Containers that share the pod's setting are one place. A setting of the pod counts even where every container
# overrides it, as upstream. `keys` is the way to the value below a securityContext.
settings(field, keys) := _effective(field) | _stated(keys)

# A place that says nothing about the setting.
unset(field) := {setting | some setting in _effective(field); setting.value == null}

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

# The containers here may all override it; those that are injected or attached later do not.
may_run_as_root contains setting if {
	not user_namespace
	input.pod.spec.securityContext.runAsUser == 0
	object.get(input.pod.spec.securityContext, "runAsNonRoot", null) != true
	setting := {"path": array.concat(path("securityContext"), ["runAsNonRoot"]), "subject": "the pod", "stated": true}
}

_effective(field) := {setting |
	some container in input.pod.containers
	at := container.security[field]
	setting := {"path": at.path, "value": at.value, "subject": subject(container, at.path)}
}

_stated(keys) := {setting |
	value := object.get(input.pod.spec, array.concat(["securityContext"], keys), null)
	value != null
	setting := {"path": array.concat(path("securityContext"), keys), "value": value, "subject": "the pod"}
}

# Whom a finding at this place is about.
subject(container, at) := "the pod" if {
	context := path("securityContext")
	array.slice(at, 0, count(context)) == context
} else := $"container {container.name}"
