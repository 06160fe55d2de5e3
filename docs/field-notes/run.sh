#!/bin/sh
# Writes output/ anew: sh docs/field-notes/run.sh REPOSITORIES, a folder that holds a clone of each repository below.
# The gate is this repository's dist/; each is judged from inside its folder, without a configuration file.
set -u
here=$(cd "$(dirname "$0")" && pwd)
repositories=$(cd "$1" && pwd)
judge() {
  name=$1
  cd "$repositories/$2" || exit 2
  shift 2
  node "$here/../../dist/cli.js" check "$@" >"$here/output/$name.txt"
}
judge microservices-demo microservices-demo .
judge microservices-demo-helm-chart microservices-demo helm-chart
judge microservices-demo-kustomize microservices-demo kustomize
judge istio-bookinfo istio samples/bookinfo
judge istio-samples istio samples
judge argo-cd-install argo-cd manifests/install.yaml
judge argo-cd-ha-install argo-cd manifests/ha/install.yaml
judge argo-cd-manifests argo-cd manifests
judge argo-cd argo-cd .
judge prometheus-community prometheus-community .
for chart in kube-prometheus-stack prometheus alertmanager prometheus-node-exporter prometheus-blackbox-exporter \
  prometheus-adapter prometheus-pushgateway prometheus-postgres-exporter prometheus-mysql-exporter prometheus-snmp-exporter; do
  judge "prometheus-community-${chart#prometheus-}" prometheus-community/charts "$chart"
done
judge argo-helm argo-helm .
judge k8s-examples kubernetes-examples .
judge flux flux2-kustomize-helm-example .
judge falco falcosecurity-charts .
judge fluent fluent-helm-charts .
judge kustomize-examples kustomize examples
judge network-policy-recipes kubernetes-network-policy-recipes .
