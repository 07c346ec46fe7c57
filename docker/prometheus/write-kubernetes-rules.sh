#!/bin/sh
# Writes alerts.yml as the Prometheus Operator wants it. A test holds the two equal.
set -eu
cd "$(dirname "$0")"
{
  echo '# Written by docker/prometheus/write-kubernetes-rules.sh from docker/prometheus/alerts.yml.'
  echo 'apiVersion: monitoring.coreos.com/v1'
  echo 'kind: PrometheusRule'
  echo 'metadata:'
  echo '  name: hangar-bay'
  echo 'spec:'
  grep -v '^#' alerts.yml | sed 's/^\(.\)/  \1/'
} >../kubernetes/monitoring/rules.yaml
