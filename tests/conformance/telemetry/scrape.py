"""Reads a scrape on standard input and prints its samples as JSON, read by the parser of Prometheus' own client library."""

import json
import sys

from prometheus_client.parser import text_string_to_metric_families

print(json.dumps([
    {"family": family.name, "type": family.type, "name": sample.name, "labels": sample.labels, "value": sample.value}
    for family in text_string_to_metric_families(sys.stdin.read())
    for sample in family.samples
]))
