"""What crosses parts: contracts, the whole system, the browser, benchmarks."""
