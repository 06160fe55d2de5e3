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

_effective(field) := {setting |
	some container in input.pod.containers
	at := container.security[field]
	setting := {"path": at.path, "value": at.value, "subject": _subject(container, at.path)}
}

_stated(keys) := {setting |
	value := object.get(input.pod.spec, array.concat(["securityContext"], keys), null)
	value != null
	setting := {"path": array.concat(path("securityContext"), keys), "value": value, "subject": "the pod"}
}

_subject(container, at) := "the pod" if {
	context := path("securityContext")
	array.slice(at, 0, count(context)) == context
} else := $"container {container.name}"
