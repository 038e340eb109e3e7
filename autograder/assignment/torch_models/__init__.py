"""Models and formulas of ours in torch. They run in sandboxes and benchmarks, never in the grader's own process."""
