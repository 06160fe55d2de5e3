# METADATA
# scope: package
# title: "Linkerd injection"
# description: "A workload without the Linkerd proxy has no mesh identity: what it sends and takes is plain text, and no authorization holds for it."
# related_resources:
#   - https://linkerd.io/2/features/proxy-injection/
#   - https://kyverno.io/policies/linkerd/require-linkerd-mesh-injection/require-linkerd-mesh-injection/
#   - https://kyverno.io/policies/linkerd/prevent-linkerd-pod-injection-override/prevent-linkerd-pod-injection-override/
# custom:
#   severity: medium
#   stage: 3
#   judges: [pod, Namespace]
#   remediation: "Annotate the namespace linkerd.io/inject: enabled, and take back what opts a workload out."
#   owner: namespace
#   controls:
#     iso-27001-2022: {A.8.24: J, A.8.5: J}
#     gdpr: {Art. 32(1)(a): J}
package policies.mtls_strict.linkerd_injection

import data.lib.words

applies if "linkerd" in input.facts.mesh.meshes

findings contains {
	"path": array.concat(input.pod.metadataPath, ["annotations", "linkerd.io/inject"]),
	"message": $"{words.subject} keeps out of the mesh: its annotation linkerd.io/inject is {value}",
	"fix": {"remove": true},
} if {
	value := input.pod.metadata.annotations["linkerd.io/inject"]
	_workload.applies
	not value in {"", "enabled", "ingress"}
}

findings contains {
	"path": array.concat(input.pod.path, ["hostNetwork"]),
	"message": $"{words.subject} asks for the mesh, but uses the host network, where no proxy is injected",
} if {
	input.pod.spec.hostNetwork == true
	_workload.applies
	_asks
}

findings contains {
	"path": ["metadata", "annotations", "linkerd.io/inject"],
	"message": $"{words.namespace} enrols its pods in no mesh: {_namespace.linkerd.why}",
	"fix": {"set": "enabled"},
} if {
	"linkerd" in input.facts.mesh.meshes
	input.declared
	not _namespace.system
	_namespace.linkerd.answer == "no"
	_namespace.istio.answer != "yes"
}

unknowns contains {
	"path": ["metadata", "annotations", "linkerd.io/inject"],
	"message": $"{words.namespace} is declared elsewhere: whether it enrols its pods in the mesh cannot be told",
} if {
	input.declared == false
	not _namespace.system
	_namespace.undecided.linkerd > 0
}

_asks if input.pod.metadata.annotations["linkerd.io/inject"] in {"enabled", "ingress"}

_asks if {
	_workload.mesh == "linkerd"
	_workload.namespaceEnrols.answer == "yes"
	object.get(input.pod.metadata.annotations, "linkerd.io/inject", "") == ""
}

_workload := input.facts.mesh.workload

_namespace := input.facts.mesh.namespace
