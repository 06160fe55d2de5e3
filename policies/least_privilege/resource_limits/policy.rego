# METADATA
# scope: package
# title: "Resources without limits"
# description: "A container without limits takes memory and CPU from everything on its node; without requests the scheduler packs it where there is none."
# related_resources:
#   - https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
# custom:
#   severity: low
#   stage: 2
#   judges: [pod]
#   remediation: "Set resources.requests and resources.limits for CPU and memory."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J}
#     gdpr: {Art. 32(1)(b): J}
#   parameters:
#     limits:
#       type: array
#       default: [cpu, memory]
#       description: "Resources that need a limit."
#     requests:
#       type: array
#       default: [cpu, memory]
#       description: "Resources that need a request."
package policies.least_privilege.resource_limits

findings contains {
	"path": array.concat(container.path, ["resources"]),
	"message": $"container {container.name} sets no {concat(", no ", missing)}",
	"value": missing,
} if {
	not input.pod.partial
	some container in input.pod.containers
	container.role != "ephemeral"
	missing := _missing(container)
	count(missing) > 0
}

unknowns contains {
	"path": array.concat(container.path, ["resources"]),
	"message": $"the resources of container {container.name} are left to its operator",
	"value": missing,
} if {
	input.pod.partial
	some container in input.pod.containers
	missing := _missing(container)
	count(missing) > 0
}

_missing(container) := array.concat(
	[$"{resource} limit" | some resource in _limited(container); not _set(container, "limits", resource)],
	[$"{resource} request" | some resource in _parameters.requests; not _requested(container, resource)],
)

# Nothing else bounds local storage: who reckons with it and sets no limit may fill the disk of the node.
_limited(container) := array.concat(
	_parameters.limits,
	[resource |
		some resource in ["ephemeral-storage"]
		not resource in _parameters.limits
		_set(container, "requests", resource)
	],
)

# A request that is left out is the limit.
_requested(container, resource) if _set(container, "requests", resource)

_requested(container, resource) if _set(container, "limits", resource)

_set(container, kind, resource) if container.spec.resources[kind][resource] != null

# What the pod sets holds for its containers together.
_set(_, kind, resource) if input.pod.spec.resources[kind][resource] != null

_parameters := data.parameters["least-privilege/resource-limits"]
