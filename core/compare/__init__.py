"""Results beside each other: the index of results, groups, paired tests, verdicts, tables."""
