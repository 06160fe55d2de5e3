# METADATA
# scope: package
# title: "Nobody watches at run time"
# description: "What a container does after it started no manifest tells. Falco or Tetragon see it, if they run on every node, if a shell in a container is among what they tell, and if somebody gets to hear of it."
# related_resources:
#   - https://falco.org/docs/reference/rules/default-rules/
#   - https://falco.org/docs/concepts/outputs/
#   - https://tetragon.io/docs/
# custom:
#   severity: medium
#   stage: 4
#   judges: [pod, ConfigMap, Falco.instance.falcosecurity.dev, environment]
#   remediation: "Run Falco or Tetragon as a DaemonSet that tolerates node-role.kubernetes.io/control-plane, leave the rule «Terminal shell in container» on, and switch an output on."
#   owner: platform
#   controls:
#     iso-27001-2022: {A.8.16: J, A.8.15: P, A.8.18: J}
#     gdpr: {Art. 32(1)(b): J, Art. 32(1)(d): J, Art. 33: J}
package policies.audit_logging.runtime_detection

applies if count(input.facts.platform.detectors) > 0

findings contains {
	"path": answer.path,
	"message": $"{detector.name} {says}: {answer.why}",
	"value": {fact: answer.why},
	"related": answer.by,
} if {
	some detector in input.facts.platform.detectors
	some fact, says in _says
	answer := detector[fact]
	answer.answer == "no"
}

unknowns contains {
	"path": answer.path,
	"message": $"whether {detector.name} {asks} cannot be told: {answer.why}",
	"value": {fact: answer.why},
} if {
	some detector in input.facts.platform.detectors
	some fact, asks in _asks
	answer := detector[fact]
	answer.answer == "unknown"
}

findings contains {
	"path": [],
	"message": "no runtime detection is declared here",
	"elsewhere": true,
} if {
	input.facts.platform.environment.runtimeDetection.answer == "no"
}

unknowns contains {
	"path": [],
	"message": input.facts.platform.environment.runtimeDetection.why,
} if {
	input.facts.platform.environment.runtimeDetection.answer == "unknown"
}

_says := {
	"everyNode": "does not watch every node",
	"shellRule": "does not tell of a shell in a container",
	"output": "tells nobody",
}

_asks := {
	"everyNode": "watches every node",
	"shellRule": "tells of a shell in a container",
	"output": "tells anybody",
}
