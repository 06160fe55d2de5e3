# What tests of pod policies share: containers as `relate` gives them.
package lib.pod_fixture_test

_own := {
	"privileged": ["privileged"],
	"allowPrivilegeEscalation": ["allowPrivilegeEscalation"],
	"readOnlyRootFilesystem": ["readOnlyRootFilesystem"],
	"procMount": ["procMount"],
	"capabilitiesAdd": ["capabilities", "add"],
	"capabilitiesDrop": ["capabilities", "drop"],
}

_shared := {
	"runAsNonRoot": ["runAsNonRoot"],
	"runAsUser": ["runAsUser"],
	"runAsGroup": ["runAsGroup"],
	"seccompProfile": ["seccompProfile", "type"],
	"appArmorProfile": ["appArmorProfile", "type"],
	"seLinuxOptions": ["seLinuxOptions"],
	"hostProcess": ["windowsOptions", "hostProcess"],
}

# A pod with these containers, and whatever else it has.
pod(containers, rest) := object.union(
	{
		"path": ["spec"],
		"metadataPath": ["metadata"],
		"metadata": {"labels": {}, "annotations": {}},
		"spec": {},
		"containers": containers,
		"volumes": [],
		"origins": {},
		"os": null,
		"byShape": false,
		"partial": false,
	},
	rest,
)

# The only container, `app`, that sets this itself: field → value.
sets(values) := _container({}, values)

# The only container, `app`, that has this from its pod: field → value.
inherits(values) := _container(values, {})

_container(shared, own) := {
	"name": "app",
	"role": "app",
	"path": ["spec", "containers", 0],
	"spec": {"name": "app"},
	"security": _security(shared, own),
}

_security(shared, own) := object.union(
	{field: {"value": object.get(own, field, null), "path": array.concat(_container_context, keys)} | some field, keys in _own},
	{field: _setting(field, keys, shared, own) | some field, keys in _shared},
)

_setting(field, keys, shared, own) := {"value": own[field], "path": array.concat(_container_context, keys)} if own[field] != null

else := {"value": object.get(shared, field, null), "path": array.concat(["spec", "securityContext"], keys)}

_container_context := ["spec", "containers", 0, "securityContext"]

# A container by its own spec, with nothing set.
container(spec) := object.union(_container({}, {}), {"name": spec.name, "spec": spec})
